extension ServiceConfiguration {
    /// The keys in which `new` differs: those that a running service takes, and those that need a restart.
    package func changes(to new: ServiceConfiguration) -> (applicable: [String], needsRestart: [String]) {
        let changed = ConfigurationKey.all.filter { !$0.isEqual(self, new) }
        return (changed.filter(\.isReloadable).map(\.path), changed.filter { !$0.isReloadable }.map(\.path))
    }

    /// This configuration with the values of `new` for the keys that a running service takes.
    ///
    /// Keys that rules tie together are all among the others, so the result of two checked configurations is sound.
    package func applying(_ new: ServiceConfiguration) -> ServiceConfiguration {
        var result = self
        for key in ConfigurationKey.all where key.isReloadable {
            key.copy(from: new, to: &result)
        }
        return result
    }
}
