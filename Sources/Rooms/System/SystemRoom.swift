package import House
package import Jobs

/// What the product says of itself: whether it lives, what it can do, how it is doing.
package enum SystemRoom: Room {
    package static let name = "System"

    package static var routes: [Route] {
        [
            .get("/health", .anyone, "Says ok as soon as a worker answers", Health.handle)
                .limited(.unlimited).replies(HealthReply.self),
            .get("health", .anyone, "Says ok as soon as a worker answers", Health.handle)
                .limited(.unlimited).replies(HealthReply.self),
            .get("/ready", .anyone, "Whether everything that is needed is there", Ready.handle)
                .limited(.unlimited).replies(ReadyReply.self),
            .get(
                "system/health",
                .may(.readSystem),
                "Dependencies with their latencies",
                SystemHealth.handle
            )
            .replies(SystemHealthReply.self),
            .get(
                "system/info",
                .may(.manageSystem),
                "Versions, processes and queues",
                SystemInfo.handle
            )
            .limited(.admin).replies(SystemInfoReply.self),
            .get("/metrics", .operatorAddresses, "Figures for Prometheus", Metrics.handle)
                .limited(.unlimited).replies(Metrics.contentType),
            .get("/openapi.json", .anyone, "This document", OpenAPIDocument.handle),
            .get("openapi.json", .anyone, "This document", OpenAPIDocument.handle),
            .get("/docs", .anyone, "This document as a page", DocsPage.handle)
                .replies("text/html"),
        ] + pages
    }

    package static func overview(_ call: Call) throws -> [Region] {
        JobsOverview.regions(call)
    }

    package static func jobs(_ household: Household) -> [Job] {
        [
            FoldPostings.job, ExpireHolds.job, VerifyLedger.job, DeleteSentMails.job,
            DeleteOldRuns.job,
        ]
    }

    private static var pages: [Route] {
        [
            .page("/admin", .may(.readOwnProfile), "How things stand", OverviewPage.show),
            .page("/admin/search", .may(.readOwnProfile), "Search", SearchPage.show),
            .page(
                "/admin/fragments/search",
                .may(.readOwnProfile),
                "Results of a search",
                SearchPage.fragment
            ),
            .page(
                SystemPage.path,
                .may(.manageSystem),
                "Processes, dependencies, load",
                SystemPage.show
            ),
            .page(JobsPage.path, .may(.manageSystem), "What is done by itself", JobsPage.show),
            .page("\(JobsPage.path)/:name", .may(.manageSystem), "A job's runs", JobPage.show),
            .page("\(JobsPage.path)/:name/run", .may(.manageSystem), "Run it now?", RunJob.ask),
            .form("\(JobsPage.path)/:name/run", .may(.manageSystem), "Run a job now", RunJob.act),
            .form("/admin/theme", .anyone, "Choose light or dark", ChooseTheme.handle),
        ]
    }
}
