package import Base

/// What becomes of a tag that names a template which is not there.
package enum MissingTemplate: Sendable {
    case refused
    case empty
}

/// The templates of the program, parsed once and sound: whatever they include exists.
package struct TemplateSet: Sendable {
    private let templates: [Template]
    private let indices: [String: Int]
    private let missing: MissingTemplate

    package init(
        files: [(name: String, text: String)],
        missing: MissingTemplate = .refused
    ) throws(TemplateError) {
        var indices: [String: Int] = [:]
        for (index, file) in files.enumerated() {
            guard indices.updateValue(index, forKey: file.name) == nil else {
                throw TemplateError(
                    file: file.name,
                    problem: "there are two templates of this name"
                )
            }
        }
        var templates: [Template] = []
        for file in files {
            let nodes = try TemplateParser.parse(
                file.text,
                file: file.name,
                missing: missing,
                resolve: { [indices] in indices[$0] }
            )
            templates.append(Template(name: file.name, nodes: nodes))
        }
        self.templates = templates
        self.indices = indices
        self.missing = missing
    }

    package var names: [String] { templates.map(\.name) }

    /// The template filled with the data; HTML-escaped unless its name ends in `.txt`.
    package func render(
        _ name: String,
        data: JSON,
        limits: TemplateLimits = .standard
    ) throws(TemplateError) -> [UInt8] {
        guard let index = indices[name] else {
            throw TemplateError(file: name, problem: "there is no such template")
        }
        var renderer = TemplateRenderer(
            templates: templates,
            indices: indices,
            missing: missing,
            limits: limits,
            data: data,
            escapes: !name.hasSuffix(".txt")
        )
        return try renderer.render(index)
    }
}

/// A template by its name.
struct Template: Sendable {
    let name: String
    let nodes: [TemplateNode]
}

/// How much one rendering may do before it is taken for endless.
package struct TemplateLimits: Sendable {
    package var depthMax: Int
    package var stepsMax: Int
    package var outputBytesMax: Int

    package init(depthMax: Int, stepsMax: Int, outputBytesMax: Int) {
        self.depthMax = depthMax
        self.stepsMax = stepsMax
        self.outputBytesMax = outputBytesMax
    }

    package static let standard = TemplateLimits(
        depthMax: 256,
        stepsMax: 4_000_000,
        outputBytesMax: 16 << 20
    )
}
