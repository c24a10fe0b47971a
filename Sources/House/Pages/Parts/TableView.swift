package import Base
package import HTTP

/// A list as a page shows it: what it can be filtered and sorted by, its rows, where it goes on.
package struct TableView: Sendable {
    /// What stands in a column, and so how it is set and exported.
    package struct Column: Sendable {
        /// What its values are.
        package enum Kind: Sendable {
            case text, id, number, money, time, status
        }

        package let title: String
        package let kind: Kind
        /// The field of `sort` that orders the list by this column.
        package let sortField: String?

        package init(_ title: String, _ kind: Kind = .text, sortedBy field: String? = nil) {
            self.title = title
            self.kind = kind
            sortField = field
        }
    }

    /// What a list says when it has no rows: what would be here, and how to make one.
    package struct Empty: Sendable {
        package let title: String
        package let text: String
        package let act: Act?

        package init(_ title: String, _ text: String, act: Act? = nil) {
            self.title = title
            self.text = text
            self.act = act
        }
    }

    package let name: String
    package let path: String
    package let columns: [Column]
    package let rows: [[Value]]
    package let empty: Empty
    package var query = Query("")
    package var sorting: Sorting?
    package var filters: [FormField] = []
    package var total: Int?
    package var next: Cursor?
    /// Below the rows, a value for each column.
    package var sums: [Value] = []
    package var hasCSV = true

    package init(
        _ name: String,
        at path: String,
        columns: [Column],
        rows: [[Value]],
        empty: Empty
    ) {
        precondition(rows.allSatisfy { $0.count == columns.count }, "a value for each column")
        self.name = name
        self.path = path
        self.columns = columns
        self.rows = rows
        self.empty = empty
    }

    /// Short enough to be read where it stands.
    package var withoutFile: TableView {
        var copy = self
        copy.hasCSV = false
        return copy
    }

    package func json(_ viewpoint: Viewpoint, live: JSON = nil) -> JSON {
        let isOnFirstPage = query["cursor"] == nil
        return [
            "name": .string(name), "path": .string(path), "count": .string(countText),
            "live": live,
            "columns": .array(columns.map { .object(head($0)) }),
            "hasRows": .bool(!rows.isEmpty),
            "rows": .array(rows.map { ["cells": cells($0, viewpoint)] }),
            "sums": .array(sums.isEmpty ? [] : [["cells": cells(sums, viewpoint)]]),
            "empty": isFiltered ? emptyByFilter : emptyByNature,
            "filter": filters.isEmpty ? nil : filterForm,
            "csv": hasCSV && !rows.isEmpty ? address([("format", "csv")]) : nil,
            "isPaged": .bool(next != nil || !isOnFirstPage),
            "first": isOnFirstPage ? nil : address([("cursor", nil), ("page", nil)]),
            "next": next.map { address([("cursor", $0.text), ("page", nil)]) } ?? nil,
        ]
    }

    private func head(_ column: Column) -> JSONObject {
        var head: JSONObject = [
            "title": .string(column.title), "kind": .string(column.cssClass),
            "sort": nil, "order": nil, "arrow": nil,
        ]
        guard let field = column.sortField else { return head }
        let isSorted = sorting?.field == field
        let isDescending = isSorted && sorting?.isDescending == true
        let other = isSorted && !isDescending ? "-" + field : field
        head["sort"] = address([("sort", other), ("cursor", nil), ("page", nil)])
        if isSorted {
            head["order"] = isDescending ? "descending" : "ascending"
            head["arrow"] = isDescending ? "↓" : "↑"
        }
        return head
    }

    private func cells(_ values: [Value], _ viewpoint: Viewpoint) -> JSON {
        .array(
            zip(columns, values).map { column, value in
                var cell = value.json(viewpoint)
                cell["label"] = .string(column.title)
                cell["kind"] = .string(column.cssClass)
                return .object(cell)
            }
        )
    }

    private var filterForm: JSON {
        let sortChoices = columns.compactMap { column in
            column.sortField.map { field in
                [
                    FormField.Option(field, "\(column.title), ascending"),
                    FormField.Option("-" + field, "\(column.title), descending"),
                ]
            }
        }.joined()
        let sort = FormField("sort", "Sort by", .choice(Array(sortChoices)), value: sortText)
        return [
            "fields": .array(filters.map { .object($0.kept(in: query).json(error: nil)) }),
            "sort": sortChoices.isEmpty ? nil : .object(sort.json(error: nil)),
            "isFiltered": .bool(isFiltered),
            "formId": .string("filter-" + name.filter { $0.isLetter }),
            "clear": isFiltered ? .string(path) : nil,
        ]
    }

    /// A page of a list, as it was asked for: how it is sorted and filtered, and where it goes on.
    package func asked(
        by call: Call,
        sorting: Sorting? = nil,
        total: Int,
        next: Cursor?,
        filters: [FormField]
    ) -> TableView {
        var table = self
        table.query = call.request.query
        table.sorting = sorting
        table.total = total
        table.next = next
        table.filters = filters
        return table
    }

    private var sortText: String {
        sorting.map { ($0.isDescending ? "-" : "") + $0.field } ?? ""
    }

    private var isFiltered: Bool {
        filters.contains { field in query.all(field.name).contains { !$0.isEmpty } }
    }

    private var countText: String {
        guard let total else { return "" }
        let shown = min(total, Paging.totalMax)
        return (total > Paging.totalMax ? "More than " : "") + NumberText.grouped(Int64(shown))
    }

    private var emptyByNature: JSON {
        [
            "title": .string(empty.title), "text": .string(empty.text),
            "act": empty.act.map { .object($0.json) } ?? nil,
        ]
    }

    private var emptyByFilter: JSON {
        [
            "title": "Nothing matches", "text": "No entry is like what the filter asks for.",
            "act": .object(Act("Clear the filter", path).json),
        ]
    }

    private func address(_ changes: [(name: String, value: String?)]) -> JSON {
        .string(Address.of(path, query, setting: changes))
    }
}

extension TableView.Column {
    fileprivate var cssClass: String {
        switch kind {
        case .number, .money: "number"
        case .time: "time"
        case .text, .id, .status: "text"
        }
    }
}
