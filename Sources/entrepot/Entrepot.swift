@main
struct Entrepot {
    static func main() {}
}
