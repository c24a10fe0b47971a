/// A short list that is always shown whole.
package struct ItemsReply<Item: Reply>: ListAnswer {
    private let items: [Item]

    package init(items: [Item]) {
        self.items = items
    }

    package func write(to reply: inout ReplyWriter) {
        reply.put("items", items)
        reply.put(
            "page",
            PageReply(page: 1, limit: Paging.limitMax, total: items.count, next: nil)
        )
    }

    package static var sample: ItemsReply { ItemsReply(items: [.sample]) }
}
