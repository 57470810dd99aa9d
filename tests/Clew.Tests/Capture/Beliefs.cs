namespace Clew.Tests.Capture;

/// <summary>What a company believes, by names and not by our ids: equal wherever the same facts were heard, in whatever order.</summary>
internal static class Beliefs
{
    private const string Steps = """
        select 'step', i.key, s.happened, s.tie, s.kind, s.role, s.stage, s.hold, s.marks, p.key, h.key, s.irregular, s.expires,
               (select string_agg(o.case_number || o.is_lock, ',' order by o.case_number, o.is_lock) from hold_order o where o.number = any(s.holds))
        from step s join item i on i.id = s.item left join subject p on p.number = s.place left join subject h on h.number = s.holder
        where {0} order by 2, 3, 4, 5, 6
        """;

    private const string Links = """
        select 'link', c.key, p.key, l.nature, l.from_at, l.from_tie, l.to_at, l.to_tie, trim_scale(l.quantity), l.irregular, l.removed is null
        from link l join item c on c.id = l.child join item p on p.id = l.parent
        where {0} order by 2, 3, 4, 5, 6, 7, 8, 9
        """;

    private const string Reaches = """
        select 'reach', t.key, u.key, r.from_at, r.to_at,
               (select string_agg(c.key || '>' || p.key || coalesce(l.from_at::text, ''), ' ' order by n) from unnest(r.path) with ordinality x (id, n) join link l on l.id = x.id join item c on c.id = l.child join item p on p.id = l.parent)
        from reach r join item t on t.id = r.lot join item u on u.id = r.unit
        where {0} order by 2, 3, 4, 5, 6
        """;

    private const string Gaps = "select 'gap', i.key, p.key from gap r join item i on i.id = r.item join subject p on p.number = r.product where {0} order by 2, 3";

    private const string Quantities = """
        select 'quantity', i.key, p.key, trim_scale(sum(r.delta)) from quantity r join item i on i.id = r.lot left join subject p on p.number = r.place where {0} group by 1, 2, 3 order by 2, 3
        """;

    private const string Made = "select 'made', i.key, r.happened from step r join item i on i.id = r.item where r.made is not null and {0} order by 2, 3";

    private const string Certificates = "select 'certificate', i.key, r.number from certificate r join item i on i.id = r.item where {0} order by 2, 3";

    /// <summary>All that is believed; as known at a position, or now.</summary>
    public static async Task<List<string>> Believed(this Company company, long? known = null)
    {
        string Then(string table, string learned) => known is null ? $"{table}.unlearned is null" : $"{learned} <= {known} and ({table}.unlearned is null or {table}.unlearned > {known})";
        var all = new List<string>();
        foreach (var (sql, where) in new[]
        {
            (Steps, Then("s", "coalesce(s.learned, s.position)")), (Links, Then("l", "l.learned")), (Reaches, Then("r", "r.learned")), (Gaps, Then("r", "r.learned")),
            (Quantities, Then("r", "r.position")), (Made, Then("r", "coalesce(r.learned, r.position)")), (Certificates, Then("r", "r.position")),
        })
        {
            all.AddRange(await company.Ask(string.Format(System.Globalization.CultureInfo.InvariantCulture, sql, where)));
        }

        return all;
    }

    /// <summary>Sends lines of a tale as one document.</summary>
    public static Task<IReadOnlyList<Clew.Server.Ledger.FactOutcome>> Tell(this Company company, params IEnumerable<string> lines) =>
        company.Send("[" + string.Join(',', lines.Select(Tale.Json)) + "]", behaviour: Clew.Server.Ledger.ErrorBehaviour.Proceed);

    /// <summary>Describes the company.</summary>
    public static async Task<Company> Described(this Task<Company> company)
    {
        var there = await company;
        (await there.Send("[" + string.Join(',', Tale.Company) + "]")).ShouldAllBe(o => o.Status == Clew.Server.Ledger.FactStatus.Admitted);
        return there;
    }
}
