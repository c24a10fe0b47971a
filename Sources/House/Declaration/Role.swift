/// What a person is in the company; everybody who can sign in is a `user`.
package enum Role: String, Sendable, CaseIterable {
    case user, manager, admin, customer, technician, host, buyer, investor, seller, sales
}
