import ArgumentParser
import Glibc
import ServiceClient
import ZeroMQ

/// What a client was told on the command line about where the service is.
enum ClientOptions {
    /// - Parameters:
    ///   - given: what the flag of that name says, nil when it is not there.
    ///   - configured: the configuration's endpoint.
    /// - Throws: exit 64 with what is wrong and the likely remedy.
    static func endpoint(_ given: String?, _ flag: String, else configured: String) throws -> Endpoint {
        guard let given else { return try ClientEndpoint.reachable(configured) }
        do {
            return try ClientEndpoint.reachable(given)
        } catch {
            let hint = given.contains("://") ? "" : "; did you mean tcp://\(given)?"
            throw ValidationError("\(flag): \(error)\(hint)")
        }
    }
}

/// Files and sockets of the service that others may not use.
enum Permission {
    /// What to say when this user may not use a path; nil when it may, or the path is not there.
    static func refusal(of path: String, mode: Int32 = R_OK) -> String? {
        guard !path.isEmpty, access(path, mode) != 0, errno == EACCES else { return nil }
        // The group may read and connect; the service's files are its own.
        return "this user may not use \(path); \(remedy(for: path, asMember: mode != W_OK || access(path, F_OK) != 0))"
    }

    /// - Parameter asMember: those of the group may use it as well.
    static func remedy(for path: String, asMember: Bool) -> String {
        guard let (owner, group) = owner(of: path) else { return "run the command as the service's user" }
        let asOwner = "run the command as \(owner) (sudo -u \(owner) quoted …)"
        return asMember ? "join the group \(group) (sudo usermod -aG \(group) $USER, then log in again), or \(asOwner)" : asOwner
    }

    /// - Throws: exit 69, having said why.
    static func check(_ path: String, mode: Int32 = R_OK) throws {
        guard let refusal = refusal(of: path, mode: mode) else { return }
        StandardError.write("quoted: \(refusal)")
        throw ExitCode.unavailable
    }

    /// Of the path, or of the folder around it that can be seen.
    private static func owner(of path: String) -> (user: String, group: String)? {
        var path = path
        var status = stat()
        while stat(path, &status) != 0 {
            guard let slash = path.lastIndex(of: "/"), slash > path.startIndex else { return nil }
            path = String(path[..<slash])
        }
        guard let user = getpwuid(status.st_uid), let group = getgrgid(status.st_gid) else { return nil }
        return (String(cString: user.pointee.pw_name), String(cString: group.pointee.gr_name))
    }
}
