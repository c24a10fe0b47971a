import Base
import HTTP

/// A part of a page that is made when it is asked for: with the page, and again on its own when
/// what it shows has changed.
package struct Region {
    /// The parameter by which some regions of a page are asked for, and nothing else of it.
    static let parameter = "region"

    private let name: String
    private let following: News?
    private let section: () throws -> Section?
    /// Where it stands among the parts that other rooms give to the same page.
    package let group: Navigation.Group

    /// Nothing is shown while there is no section.
    package init(
        _ name: String,
        _ following: News?,
        in group: Navigation.Group = .system,
        section: @escaping () throws -> Section?
    ) {
        self.name = name
        self.following = following
        self.group = group
        self.section = section
    }

    var isLive: Bool { following != nil }

    static func id(_ name: String) -> String { "live-" + name }

    /// Whether a region is to be made: all are, unless some are asked for.
    static func isAsked(_ name: String, by call: Call) -> Bool {
        let asked = call.request.query.all(parameter)
        return asked.isEmpty || asked.contains(id(name))
    }

    /// For `admin/parts/region.html`; nothing when others are asked for.
    func json(_ call: Call) throws -> JSON? {
        guard Region.isAsked(name, by: call) else { return nil }
        let section = try section()
        return [
            "live": following?.json(name, of: call) ?? nil,
            "section": section?.json(call.session.viewpoint(call.worker)) ?? nil,
        ]
    }
}
