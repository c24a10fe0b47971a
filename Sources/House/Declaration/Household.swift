package import Cache

/// What the jobs of rooms are made with, beside what each run is given.
package struct Household {
    package let settings: Settings
    package let people: any PeopleDirectory
    package let cache: SharedCache

    package init(_ settings: Settings, people: any PeopleDirectory, cache: SharedCache) {
        self.settings = settings
        self.people = people
        self.cache = cache
    }
}
