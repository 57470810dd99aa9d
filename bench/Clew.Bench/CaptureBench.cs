using System.Globalization;
using Npgsql;

namespace Clew.Bench;

/// <summary>
/// How fast events of nine units are taken in over HTTP, with admission, genealogy and holds on, beside what the database itself
/// does with the same rows in the same run.
/// </summary>
internal static class CaptureBench
{
    // Measured once on such a machine (two cores, 24 GiB, November 2026) for the best-known open EPCIS repository in C#.
    private const double PeerByOne = 185;
    private const double PeerByHundred = 1_700;

    private const int Clients = 32;
    private const int Single = 40_000;
    private const int Hundreds = 600;

    public static async Task Run(Ground ground)
    {
        await Prepare(ground);
        var insert = await CopyFloor.ByInsert(ground, 20_000);
        var copyBefore = await CopyFloor.ByCopy(ground, 60_000, 1_000);

        var byOne = await Take(ground, Single, 1, 0, "productionCompleted", "reported");
        var intended = await Take(ground, Single, 1, 0, "productReleased", "intended");
        var byHundred = await Take(ground, Hundreds, 100, Single, "productionCompleted", "reported");
        var ours = await CopyFloor.ByCopyOfOurs(ground, Hundreds * 100, 1_000);
        var known = await Take(ground, Hundreds, 100, Single, "productReleased", "reported");
        var copyAfter = await CopyFloor.ByCopy(ground, 60_000, 1_000);
        var copy = (copyBefore + copyAfter) / 2;

        Console.WriteLine($"""

            ### Capture: events of nine units a second, {Clients} clients, over HTTP

            | what | events/s | of COPY in this run | times the peer | events a transaction | µs of processor an event: server, PostgreSQL |
            |---|---:|---:|---:|---:|---:|
            | binary COPY of an event and its nine unit rows, 1,000 events a transaction, no HTTP, no rules | {Number(copyBefore)} … {Number(copyAfter)} | 1.00 | | | |
            | binary COPY of the very rows that Clew wrote for new units, with all its indexes, the same way | {Number(ours)} | {Ratio(ours / copy)} | | | |
            | one insert transaction an event, {Clients} connections, no HTTP, no rules | {Number(insert)} | {Ratio(insert / copy)} | | | |
            | **one event a request**, new units | {Row(byOne, copy, ours, PeerByOne)} |
            | one event a request, units known, intended (rules may refuse) | {Row(intended, copy, null, PeerByOne)} |
            | **100 events a request**, new units | {Row(byHundred, copy, ours, PeerByHundred)} |
            | 100 events a request, units known | {Row(known, copy, null, PeerByHundred)} |
            """);
    }

    private sealed record Taken(double Rate, double Transaction, double Server, double Postgres);

    private static async Task<Taken> Take(Ground ground, int count, int each, long first, string kind, string mode)
    {
        var requests = Requests(ground, count, each, first, kind, mode);
        var (before, batches) = (ground.Cpu(), await Batches(ground));
        var seconds = await Load.Post(ground, Clients, count, requests);
        var after = ground.Cpu();
        var events = (double)count * each;
        return new Taken(events / seconds, events / (await Batches(ground) - batches), (after.Server - before.Server) / events * 1e6, (after.Postgres - before.Postgres) / events * 1e6);
    }

    private static async Task<long> Batches(Ground ground)
    {
        await using var source = NpgsqlDataSource.Create(ground.Database);
        await using var command = source.CreateCommand("select count(*) from ledger.batch");
        return (long)(await command.ExecuteScalarAsync())!;
    }

    private static string Row(Taken taken, double copy, double? ours, double peer) =>
        $"{Number(taken.Rate)} | {Ratio(taken.Rate / copy)}{(ours is { } rows ? $"; {Ratio(taken.Rate / rows)} of the very rows" : "")} | {Ratio(taken.Rate / peer)} | {Number(taken.Transaction)} | {Number(taken.Server)}, {Number(taken.Postgres)}";

    private static async Task Prepare(Ground ground)
    {
        await Load.Post(ground, 1, 2, i => HttpLine.Post(ground.Server, "/capture", i == 0 ? ground.Key : ground.QualityKey, i == 0 ? Company.MasterData : Company.Lock));
        await Load.Post(ground, Clients, 20_000, Requests(ground, 20_000, 1, 10_000_000, "productionCompleted", "reported"));
        await Load.Post(ground, Clients, 100, Requests(ground, 100, 100, 11_000_000, "productionCompleted", "reported"));
    }

    private static Func<int, byte[]> Requests(Ground ground, int count, int each, long first, string kind, string mode)
    {
        var requests = new byte[count][];
        Parallel.For(0, count, i => requests[i] = HttpLine.Post(ground.Server, "/capture", ground.Key, Company.Document(first + ((long)i * each), each, (json, n) => Company.OfNine(json, kind, n, mode))));
        return i => requests[i];
    }

    private static string Number(double value) => value.ToString("#,0", CultureInfo.InvariantCulture);

    private static string Ratio(double value) => value.ToString("0.00", CultureInfo.InvariantCulture);
}
