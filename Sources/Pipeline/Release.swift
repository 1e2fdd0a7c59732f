/// This program's release: `quoted --version` prints it, and stages tell it to each other.
package enum Release {
    package static let version = "0.1.0"
}
