import House

/// The pages on which people see what is wrong, and deal with it.
extension AlertsRoom {
    static var pages: [Route] {
        let one = "\(AlertWords.path)/:id"
        return [
            .page(AlertWords.path, .may(.readAlerts), "What is wrong now", AlertsPage.show),
            .page(one, .may(.readAlerts), "An alert", AlertPage.show),
            .page(
                "\(one)/acknowledge",
                .may(.resolveAlerts),
                "Acknowledge an alert?",
                AcknowledgeQuestion.show
            ),
            .form(
                "\(one)/acknowledge",
                .may(.resolveAlerts),
                "Acknowledge an alert",
                AcknowledgeQuestion.act
            ).showsAgain(AcknowledgeQuestion.again),
            .page(
                "\(one)/resolve",
                .may(.resolveAlerts),
                "Resolve an alert?",
                ResolveQuestion.show
            ),
            .form("\(one)/resolve", .may(.resolveAlerts), "Resolve an alert", ResolveQuestion.act)
                .showsAgain(ResolveQuestion.again),
        ]
    }
}
