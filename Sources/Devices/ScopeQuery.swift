import Database

/// What a scope is as a condition.
extension FleetScope {
    /// For the column of the organisation.
    func organisations(_ column: StaticString) -> SQLText {
        guard !seesAll else { return SQLText("TRUE") }
        var sql = SQLText(column)
        sql.appendIn(organisationIDs)
        return sql
    }

    /// For the rows of devices, which may be no tenant's.
    var devices: SQLText {
        guard !seesAll, seesUnassigned else { return organisations("d.organisation_id") }
        var sql = SQLText("(d.organisation_id IS NULL OR ")
        sql.append(organisations("d.organisation_id"))
        sql.append(")")
        return sql
    }
}
