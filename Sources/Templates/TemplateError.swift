/// What is wrong with a template, and where, in words for the person who wrote it.
package struct TemplateError: Error, Equatable, CustomStringConvertible {
    package let file: String
    package let line: Int?
    package let problem: String

    package init(file: String, line: Int? = nil, problem: String) {
        self.file = file
        self.line = line
        self.problem = problem
    }

    package var description: String {
        guard let line else { return "\(file): \(problem)" }
        return "\(file):\(line): \(problem)"
    }
}
