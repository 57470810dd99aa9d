using System.Globalization;
using System.Text;
using Clew.Server.Integration.Epcis;
using Npgsql;

namespace Clew.Bench;

/// <summary>
/// EPCIS beside our own form: the same events of nine units, captured in turns; and what a query for events costs while the store grows.
/// </summary>
internal static class EventsBench
{
    private const int Clients = 16;
    private const int Each = 100;
    private const int Turns = 3;
    private const int DocumentsATurn = 100;
    private const int Page = 1_000;

    public static async Task Run(Ground ground, long to)
    {
        await Load.Post(ground, 1, 1, _ => HttpLine.Post(ground.Server, "/capture", ground.Key, Company.MasterData));
        await Load.Post(ground, Clients, 60, i => Epcis(ground, 9_000_000 + (i * Each)));
        await Load.Post(ground, Clients, 60, i => Native(ground, 9_100_000 + (i * Each)));
        var (native, epcis) = (new Sum(), new Sum());
        for (var turn = 0; turn < Turns; turn++)
        {
            var first = turn * 2L * DocumentsATurn * Each;
            await Take(ground, native, i => Native(ground, first + (i * Each)));
            await Take(ground, epcis, i => Epcis(ground, first + ((DocumentsATurn + i) * Each)));
        }

        Console.WriteLine($"""

            ### EPCIS beside our own form: events of nine new units, {Each} in a document, {Clients} clients, in {Turns} turns

            | form | events/s | of our own form | µs of processor an event: server, PostgreSQL (the index of events among them) |
            |---|---:|---:|---:|
            | our own JSON | {native.Rate:#,0} | 1.00 | {native.Server:0}, {native.Postgres:0} |
            | EPCIS 2.0 JSON-LD | {epcis.Rate:#,0} | {epcis.Rate / native.Rate:0.00} | {epcis.Server:0}, {epcis.Postgres:0} |
            """);

        long[] sizes = [.. new[] { 100_000L, 1_000_000L }.Where(s => s <= to)];
        Console.WriteLine($"""

            ### Queries for events, milliseconds (median, and the slowest of twenty in brackets; then of processor: server, PostgreSQL)

            | query | {string.Join(" | ", sizes.Select(s => s.ToString("#,0", CultureInfo.InvariantCulture) + " events"))} |
            |---|{string.Concat(sizes.Select(_ => "---:|"))}
            """);
        List<List<(string Name, double[] Took, double Server, double Postgres)>> columns = [];
        var have = 2L * Turns * DocumentsATurn * Each;
        foreach (var size in sizes)
        {
            await Load.Post(ground, Clients, (int)Math.Max(0, (size - have) / Each), i => Epcis(ground, have + (i * Each)));
            have = Math.Max(have, size);
            await Vacuum(ground);
            columns.Add(await Ask(ground, have));
        }

        for (var i = 0; i < columns[0].Count; i++)
        {
            Console.WriteLine($"| {columns[0][i].Name} | {string.Join(" | ", columns.Select(c => string.Create(CultureInfo.InvariantCulture, $"{c[i].Took[c[i].Took.Length / 2]:0.0} ({c[i].Took[^Math.Max(1, c[i].Took.Length / 20)]:0.0}); {c[i].Server:0.0}, {c[i].Postgres:0.0}")))} |");
        }
    }

    private sealed class Sum
    {
        private double events, seconds, server, postgres;

        public double Rate => events / seconds;

        public double Server => server / events * 1e6;

        public double Postgres => postgres / events * 1e6;

        public void Add(double events, double seconds, double server, double postgres) => (this.events, this.seconds, this.server, this.postgres) = (this.events + events, this.seconds + seconds, this.server + server, this.postgres + postgres);
    }

    private static async Task Take(Ground ground, Sum sum, Func<int, byte[]> document)
    {
        var documents = Enumerable.Range(0, DocumentsATurn).Select(document).ToArray();
        var before = ground.Cpu();
        var seconds = await Load.Post(ground, Clients, DocumentsATurn, i => documents[i]);
        var after = ground.Cpu();
        sum.Add(DocumentsATurn * Each, seconds, after.Server - before.Server, after.Postgres - before.Postgres);

        // The index comes up, so that neither form pays for the other's.
        await Load.Ask(ground, 1, ground.Key, _ => "/events?perPage=1");
    }

    private static byte[] Native(Ground ground, long first) =>
        HttpLine.Post(ground.Server, "/capture", ground.Key, Company.Document(first, Each, (json, n) => Company.OfNine(json, "productionCompleted", n, "reported")));

    private static byte[] Epcis(Ground ground, long first)
    {
        var json = new StringBuilder("""{"@context":["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"],"type":"EPCISDocument","schemaVersion":"2.0","creationDate":"2026-03-01T00:00:00Z","epcisBody":{"eventList":""", 64 * 1024);
        json.Append(Encoding.UTF8.GetString(Company.Document(first, Each, (to, n) => Company.EventOfNine(to, n))));
        return HttpLine.Post(ground.Server, "/capture", ground.Key, Encoding.UTF8.GetBytes(json.Append("}}").ToString()));
    }

    private static async Task<List<(string, double[], double, double)>> Ask(Ground ground, long have)
    {
        async Task<(string, double[], double, double)> Ask(string name, int times, Func<int, string> path)
        {
            var before = ground.Cpu();
            var took = await Load.Ask(ground, times, ground.Key, path);
            var after = ground.Cpu();

            // A fifth more are asked to warm up.
            var asked = times + (times / 5);
            return (name, took, (after.Server - before.Server) / asked * 1e3, (after.Postgres - before.Postgres) / asked * 1e3);
        }

        using var line = new HttpLine(ground.Server);
        await line.Send(line.Get($"/events?EQ_bizStep=commissioning&perPage={Page}", ground.Key));
        var link = line.Header("Link")!;
        var token = PageToken.Read(link[(link.IndexOf("nextPageToken=", StringComparison.Ordinal) + 14)..link.IndexOf('>', StringComparison.Ordinal)])!.Value;

        // Events happen three seconds apart from the beginning on: a moment is a place in the answer.
        string At(double part) => $"&perPage={Page}&nextPageToken=" + (token with { Happened = Company.Moment((long)(have * part)), Position = long.MaxValue / 2 });
        return
        [
            await Ask("MATCH_epc, one serial: 1 event", 400, i => "/events?MATCH_epc=" + Uri.EscapeDataString(Company.Link((i * 7919L * 9) % (have * 9)))),
            await Ask("EQ_bizTransaction, one order: 1 event", 400, i => $"/events?EQ_bizTransaction_po=urn:example:po:{i * 7919L % have}"),
            await Ask($"EQ_bizStep, half of all: the first page of {Page}", 20, _ => $"/events?EQ_bizStep=commissioning&perPage={Page}"),
            await Ask($"the same, a page of {Page} in the middle", 20, _ => "/events?EQ_bizStep=commissioning" + At(0.5)),
            await Ask($"the same, a page of {Page} near the end", 20, _ => "/events?EQ_bizStep=commissioning" + At(0.01)),
            await Ask($"all events, a page of {Page} in the middle", 20, _ => "/events?" + At(0.5)[1..]),
            await Ask("EQ_bizStep and EQ_readPoint and a day, 30 events", 100, i => "/events?EQ_bizStep=commissioning&EQ_readPoint=" + Uri.EscapeDataString("https://id.gs1.org/" + Company.Plant[4..]) + "&LT_eventTime=" + Uri.EscapeDataString(DateTimeOffset.FromUnixTimeMilliseconds(Company.Moment(have * (i + 1) / 120) / 1000).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture))),
        ];
    }

    // What autovacuum would have done by itself in a store that grew over months.
    private static async Task Vacuum(Ground ground)
    {
        await using var source = NpgsqlDataSource.Create(ground.Database);
        await using var command = source.CreateCommand("vacuum analyze epcis.posting, epcis.event, ledger.entry");
        command.CommandTimeout = 0;
        await command.ExecuteNonQueryAsync();
    }
}
