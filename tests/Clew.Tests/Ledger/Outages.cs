using System.Globalization;
using System.Runtime.InteropServices;
using Clew.Ledger;
using Clew.Server.Ledger;
using Clew.Server.Storage;
using Clew.Tests.Capture;
using Npgsql;

namespace Clew.Tests.Ledger;

/// <summary>What was acknowledged is there after PostgreSQL was stopped in the middle of its work.</summary>
[System.Runtime.Versioning.SupportedOSPlatform("linux")]
public sealed class Outages : IDisposable
{
    private const int Senders = 8;

    private readonly string folder = Path.Combine("/tmp", "clew-outage-" + Guid.NewGuid().ToString("N")[..12]);

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData(3)] // SIGQUIT: an immediate stop, as an operator in a hurry does it.
    [InlineData(9)]
    public async Task What_was_acknowledged_is_there_after_the_database_was_stopped_at_once(int signal)
    {
        await using var server = await PrivatePostgres.Start(folder, TestContext.Current.CancellationToken);
        await server.Ensure("clew", TestContext.Current.CancellationToken);
        await using var company = await Company.On(server.ConnectionString("clew")).Described();
        var receipts = new List<Receipt>();
        var stops = 0;
        var enough = 100;
        await Task.WhenAll(Enumerable.Range(0, Senders).Select(sender => Task.Run(async () =>
        {
            for (var n = 0; Volatile.Read(ref enough) < 300; n++)
            {
                var receipt = await Tell(company, string.Create(CultureInfo.InvariantCulture, $"#{sender}-{n} 1.1 productionCompleted P{sender}-{n} at plant"));
                lock (receipts)
                {
                    receipts.Add(receipt);
                    if (receipts.Count >= enough)
                    {
                        // In the middle of what the other senders say; PrivatePostgres starts it again.
                        enough += 100;
                        stops++;
                        kill(int.Parse(File.ReadLines(Path.Combine(folder, "cluster", "postmaster.pid")).First(), CultureInfo.InvariantCulture), signal).ShouldBe(0);
                    }
                }
            }
        })));

        stops.ShouldBe(2);
        await Back(company);
        receipts.Select(r => r.Position).ShouldBeUnique();
        (await company.Ask("select count(*), max(position) + 1, (select size from head) from entry")).ShouldBe([$"{Tale.Company.Length + receipts.Count} {Tale.Company.Length + receipts.Count} {Tale.Company.Length + receipts.Count}"]);
        foreach (var receipt in receipts)
        {
            var (body, leaf) = (await new LedgerQueries(company.Database).Bytes(receipt.Position, TestContext.Current.CancellationToken))!.Value;
            leaf.ShouldBe(receipt.Leaf);
            LeafHash.Of(body).ShouldBe(leaf);
        }

        (await Rebuild.Check(company.Database, null, TestContext.Current.CancellationToken)).Difference.ShouldBeNull();
    }

    // Says it until it is heard: a sender who got no answer says the same again.
    private static async Task<Receipt> Tell(Company company, string line)
    {
        while (true)
        {
            try
            {
                return (await company.Tell(line))[0].Receipt!;
            }
            catch (NpgsqlException)
            {
                // It took longer to come back than the writer waits.
            }
        }
    }

    // The last stop may have come after the last answer.
    private static async Task Back(Company company)
    {
        while (true)
        {
            company.Database.Clear();
            try
            {
                await company.Ask("select 1");
                return;
            }
            catch (NpgsqlException)
            {
                TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            }
        }
    }

    [DllImport("libc")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int kill(int process, int signal);
}
