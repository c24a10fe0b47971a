import Database
import Devices
import HTTP
import House

/// `POST coldcells`: a new room that is kept cold.
enum AddColdCell {
    static func handle(_ call: Call, _ tx: Transaction) throws -> Response {
        let cell = try ColdCellsDesk.add(try call.input(NewColdCell.self), call, tx)
        let reply = ColdCellReply(cell: cell)
        return .created(reply, at: "/api/v1/coldcells/\(cell.id)").tagged(reply)
    }
}

/// `GET coldcells`: those of the caller's tenants, filtered and sorted.
enum ListColdCells {
    static func handle(_ call: Call) throws -> Response {
        let database = call.worker.database
        let query = try call.query(ColdCellsQuery.self)
        return .json(
            try query.page(in: try call.fleetScope(database), database) { cells in
                let figures = try ColdCellFigures.of(cells, call, database)
                return { ColdCellReply(cell: $0, figures) }
            }
        )
    }
}

/// `GET coldcells/:id`: one of them.
enum ShowColdCell {
    static func handle(_ call: Call) throws -> Response {
        let cell = try call.coldCell()
        let figures = try ColdCellFigures.of([cell], call, call.worker.database)
        let reply = ColdCellReply(cell: cell, figures)
        return .json(reply).tagged(reply)
    }
}

/// `PATCH coldcells/:id`: other bounds, or silence while somebody works there.
enum ChangeColdCell {
    static func handle(_ call: Call, _ tx: Transaction) throws -> Response {
        let id = try call.id("id", prefix: ColdCell.idPrefix)
        let cell = try ColdCellsDesk.change(id, call, tx) { cell in
            try call.requireMatch(version: cell.version)
            return try call.input(ColdCellPatch.self)
        }
        let reply = ColdCellReply(cell: cell, try ColdCellFigures.of([cell], call, tx))
        return .json(reply).tagged(reply)
    }
}
