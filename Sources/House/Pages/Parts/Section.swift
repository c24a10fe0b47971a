package import Base

/// A part of a page under a heading of its own.
package struct Section: Sendable {
    /// A number that people look at, and the page that it comes from.
    package struct Figure: Sendable {
        package let name: String
        package let value: Value
        package let path: String?

        package init(_ name: String, _ value: Value, at path: String? = nil) {
            self.name = name
            self.value = value
            self.path = path
        }

        fileprivate func json(_ viewpoint: Viewpoint) -> JSON {
            var json = value.json(viewpoint)
            json["label"] = .string(name)
            json["path"] = path.map { .string($0) } ?? .null
            return .object(json)
        }
    }

    package let title: String
    package var text: String?
    /// Shown as it is, line by line, in letters of one width.
    package var code: String?
    /// The sides of it, each a page of its own.
    package var tabs: TabsView?
    package var figures: [Figure] = []
    package var charts: [Chart] = []
    package var ways: [(act: Act, help: String)] = []
    package var table: TableView?
    /// Leads to the whole of what is shown in part, or to what can be done about it.
    package var act: Act?

    package init(_ title: String) {
        self.title = title
    }

    /// For `admin/parts/section.html`.
    package func json(_ viewpoint: Viewpoint) -> JSON {
        [
            "title": .string(title), "text": text.map { .string($0) } ?? nil,
            "code": code.map { .string($0) } ?? nil,
            "tabs": tabs?.json ?? nil,
            "hasFigures": .bool(!figures.isEmpty),
            "figures": .array(figures.map { $0.json(viewpoint) }),
            "hasCharts": .bool(!charts.isEmpty),
            "charts": .array(charts.map { $0.json(viewpoint) }),
            "hasWays": .bool(!ways.isEmpty),
            "ways": .array(
                ways.map {
                    [
                        "text": .string($0.act.text), "path": .string($0.act.path),
                        "help": .string($0.help),
                    ]
                }
            ),
            "table": table?.json(viewpoint) ?? nil,
            "act": act.map { .object($0.json) } ?? nil,
        ]
    }
}
