#include "support/two_tenants.hpp"

#include <set>

namespace kidevent::tests {

database_settings create_seeded_database(const std::string& name, const std::vector<std::string>& slugs) {
    static std::set<std::string> seeded;
    auto& cluster = postgres_cluster::shared();
    std::string from = "kidevent_of";
    for (const auto& slug : slugs)
        from += "_" + slug;
    if (seeded.insert(from).second) {
        cluster.create_database(from);
        auto superuser = cluster.superuser(from);
        const auto tables = list_tenant_tables(superuser);
        for (const auto& slug : slugs)
            seed_tenant(superuser, tables, slug);
        superuser.execute("analyze");
    }
    return cluster.create_database(name, from);
}

seeded_tenant read_tenant(sql_session& superuser, const std::string& slug) {
    return {slug, seeded_tenant_id(slug),
            superuser.value("select secret from tenancy.capabilities where tenant_id = $1",
                            {seeded_tenant_id(slug)})};
}

two_tenants::two_tenants()
    : cluster(postgres_cluster::shared()),
      settings(create_seeded_database("kidevent_two_tenants", {"alpha", "beta", "gamma"})),
      superuser(cluster.superuser(settings.name)),
      alpha(read_tenant(superuser, "alpha")),
      beta(read_tenant(superuser, "beta")),
      gamma(read_tenant(superuser, "gamma")),
      tables(list_tenant_tables(superuser)) {}

} // namespace kidevent::tests
