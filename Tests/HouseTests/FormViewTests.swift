import Base
import HTTP
import Testing

@testable import House

@Suite struct FormViewTests {
    static let form = FormView(
        to: "/admin/users",
        submit: "Save",
        fields: [
            FormField("email", "E-mail", .input(type: "email"), value: "old@example.com"),
            FormField("password", "Password", .password),
            FormField(
                "roles",
                "Roles",
                .choices([.init("sales", "Sales"), .init("host", "Host")])
            ),
            FormField("notify", "Tell them", .flag, value: "true"),
        ]
    )

    @Test func `what was typed is kept, but no password`() throws {
        let typed = Query("email=new%40example.com&password=secret12&roles=host")
        let problem = Problem.invalid([
            FieldError(field: "email", code: "email_taken", message: "is taken"),
            FieldError(field: "lines[0].sku", code: "required", message: "is required"),
        ])
        let json = Self.form.again(typed, problem).json(csrf: "c")
        let fields = try #require(json["fields"]?.array)
        #expect(fields[0]["value"] == "new@example.com")
        #expect(fields[0]["error"] == "E-mail is taken.")
        #expect(fields[0]["describedBy"] == "field-email-error")
        #expect(fields[1]["value"] == "")
        #expect(fields[2]["options"]?.array?.map { $0["isChosen"] } == [false, true])
        #expect(fields[3]["isChecked"] == false)
        let entries = try #require(json["summary"]?["entries"]?.array)
        #expect(entries[0]["to"] == "#field-email")
        #expect(entries[1]["to"] == .null)
    }

    @Test func `a form that is new shows its values and no summary`() {
        let json = Self.form.json(csrf: "c")
        #expect(json["summary"] == .null)
        #expect(json["fields"]?.array?[0]["value"] == "old@example.com")
        #expect(json["fields"]?.array?[3]["isChecked"] == true)
        #expect(json["csrf"] == "c")
    }

    @Test func `a refusal without fields is said over the form`() {
        let problem = Problem(409, "code_taken", "The code is taken", detail: "Choose another.")
        let summary = Self.form.again(Query(""), problem).json(csrf: "")["summary"]
        #expect(summary?["title"] == "The code is taken")
        #expect(summary?["text"] == "Choose another.")
    }
}
