import Base
package import HTTP

extension TableView {
    /// Of a longer list a file has the beginning.
    package static let csvRowsMax: Int64 = 5_000

    /// Whether the request wants the rows as a file.
    package static func wantsCSV(_ query: Query) -> Bool {
        query["format"] == "csv"
    }

    /// The same rows as a file: whole ids, times in UTC, amounts as plain decimals beside their
    /// currency.
    package func csv(named name: String) -> Response {
        let head = columns.flatMap { column in
            column.kind == .money ? [column.title, column.title + " currency"] : [column.title]
        }
        let lines = [head] + rows.map { row in zip(columns, row).flatMap(Self.fields) }
        let text = lines.map { $0.map(Self.quoted).joined(separator: ",") + "\r\n" }.joined()
        return .text(text, contentType: "text/csv; charset=utf-8")
            .with("content-disposition", "attachment; filename=\"\(name).csv\"")
    }

    private static func fields(_ column: Column, _ value: Value) -> [String] {
        switch value {
        case .money(let minor, let currency): [MoneyText.plain(minor, currency), currency]
        case .nothing: column.kind == .money ? ["", ""] : [""]
        case .text(let text), .link(let text, _): [harmless(text)]
        case .id(let id, _): [harmless(id)]
        case .number(let number, _): ["\(number)"]
        case .measure(let number, _, _): ["\(number)"]
        case .time(let instant): [instant.rfc3339]
        case .status(let status): [harmless(status.word)]
        case .bar(let bar): ["\(bar.percent)"]
        }
    }

    /// Spreadsheets run text that begins like a formula; behind an apostrophe it stays text.
    private static func harmless(_ text: String) -> String {
        guard let first = text.first, "=+-@\t\r".contains(first) else { return text }
        return "'" + text
    }

    private static func quoted(_ field: String) -> String {
        guard field.utf8.contains(where: { ",\"\r\n".utf8.contains($0) }) else { return field }
        return "\""
            + field.split(separator: "\"", omittingEmptySubsequences: false)
            .joined(separator: "\"\"") + "\""
    }
}
