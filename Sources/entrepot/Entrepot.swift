import App
import Glibc

@main
struct Entrepot {
    static func main() {
        exit(CommandLineTool().run(Array(CommandLine.arguments.dropFirst())))
    }
}
