import House

extension TelemetryRoom {
    static var pages: [Route] {
        let path = DeadLettersPage.path
        return [
            .page(
                path,
                .may(.manageDeadLetters),
                "What devices sent in vain",
                DeadLettersPage.show
            ),
            .page("\(path)/:id", .may(.manageDeadLetters), "A dead letter", DeadLetterPage.show),
            .page(
                "\(path)/:id/retry",
                .may(.manageDeadLetters),
                "Try it again?",
                RetryQuestion.show
            ),
            .form(
                "\(path)/:id/retry",
                .may(.manageDeadLetters),
                "Take a dead letter after all",
                RetryQuestion.act
            ),
            .page(
                "\(path)/:id/delete",
                .may(.manageDeadLetters),
                "Delete it?",
                DeleteQuestion.show
            ),
            .form(
                "\(path)/:id/delete",
                .may(.manageDeadLetters),
                "Delete a dead letter",
                DeleteQuestion.act
            ),
        ]
    }
}
