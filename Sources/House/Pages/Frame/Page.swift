package import Base
package import HTTP
import Templates

/// A page as it goes out.
package enum Page {
    /// The template filled with the frame and with what is the page's own.
    package static func response(
        _ template: String,
        _ data: JSONObject,
        in frame: Frame,
        for call: Call
    ) throws -> Response {
        try response(template, data, in: frame, call.request, call.worker)
    }

    static func response(
        _ template: String,
        _ data: JSONObject,
        in frame: Frame,
        _ request: Request,
        _ worker: Worker
    ) throws -> Response {
        let flash = Flash(request)
        var data = data
        data["frame"] = frame.json(request, worker, says: flash)
        if data["heading"] == nil {
            data["heading"] = [
                "title": .string(frame.title), "acts": data["acts"] ?? nil, "live": nil,
            ]
        }
        let bytes = try worker.templates.render(template, data: .object(data))
        // What a browser keeps of a signed-in page could be seen by the next person at it.
        var page = Response.bytes(bytes, contentType: Route.pageType)
            .with("cache-control", "no-store")
        if let secret = frame.session.newSecret { page = page.keepingSession(secret) }
        return flash == nil ? page : page.forgettingFlash()
    }

    /// A piece of a page, as the script asks for it.
    package static func fragment(
        _ template: String,
        _ data: JSONObject,
        for call: Call
    ) throws -> Response {
        let bytes = try call.worker.templates.render(template, data: .object(data))
        return .bytes(bytes, contentType: Route.pageType).with("cache-control", "no-store")
    }
}
