using System.Diagnostics;
using Clew.Server.Access;
using Clew.Server.Storage;

namespace Clew.Bench;

/// <summary>A private PostgreSQL and, on it, a Clew server in a process of its own: what a user would run.</summary>
internal sealed class Ground : IAsyncDisposable
{
    private readonly string folder;
    private PrivatePostgres? postgres;
    private Process? server;

    private Ground(string folder) => this.folder = folder;

    public Uri Server { get; private set; } = new("http://127.0.0.1");

    /// <summary>Of a system that may say and ask everything that is measured.</summary>
    public string Key { get; private set; } = "";

    /// <summary>Of a quality manager.</summary>
    public string QualityKey { get; private set; } = "";

    public string Database => postgres!.ConnectionString("clew");

    public static async Task<Ground> Start(string folder)
    {
        var ground = new Ground(folder) { postgres = await PrivatePostgres.Start(folder, CancellationToken.None) };
        await ground.postgres.Ensure("clew", CancellationToken.None);
        await using (var database = await Clew.Server.Storage.Database.Open(ground.Database, CancellationToken.None))
        {
            var keys = new Keys(database, TimeProvider.System);
            ground.Key = await keys.Issue("bench-system", "integrator", null, CancellationToken.None);
            ground.QualityKey = await keys.Issue("bench-quality", "qualityManager", null, CancellationToken.None);
        }

        var port = FreePort();
        ground.Server = new Uri($"http://127.0.0.1:{port}");
        ground.server = Process.Start(new ProcessStartInfo("dotnet",
            [Path.Combine(AppContext.BaseDirectory, "Clew.Server.dll"), "serve", "--database", ground.Database, "--urls", ground.Server.OriginalString, "--keys", folder + "-keys", "--checkpoint-every", "86400", "--audit-views", "0"])
        { RedirectStandardOutput = true })!;
        await ground.WaitUntilItAnswers();
        return ground;
    }

    /// <summary>The most memory that the server ever held, in megabytes.</summary>
    public long Peak() => long.Parse(File.ReadLines($"/proc/{server!.Id}/status").First(l => l.StartsWith("VmHWM:", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], System.Globalization.CultureInfo.InvariantCulture) >> 10;

    /// <summary>Seconds of processor time that the server and PostgreSQL have used so far: what waiting and other work do not blur.</summary>
    public (double Server, double Postgres) Cpu()
    {
        server!.Refresh();
        var postmaster = File.ReadLines(Path.Combine(folder, "cluster", "postmaster.pid")).First();
        var ticks = 0L;
        foreach (var process in Directory.EnumerateDirectories("/proc").Where(d => char.IsAsciiDigit(d[6])))
        {
            try
            {
                var stat = File.ReadAllText(process + "/stat");
                var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
                ticks += fields[1] == postmaster ? long.Parse(fields[11], System.Globalization.CultureInfo.InvariantCulture) + long.Parse(fields[12], System.Globalization.CultureInfo.InvariantCulture) : 0;
            }
            catch (IOException)
            {
                // It ended while we looked.
            }
        }

        return (server.TotalProcessorTime.TotalSeconds, ticks / 100d);
    }

    public async ValueTask DisposeAsync()
    {
        if (server is not null)
        {
            server.Kill();
            await server.WaitForExitAsync();
            server.Dispose();
        }

        Npgsql.NpgsqlConnection.ClearAllPools();
        await postgres!.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    private static int FreePort()
    {
        using var listener = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        return ((System.Net.IPEndPoint)listener.LocalEndpoint).Port;
    }

    private async Task WaitUntilItAnswers()
    {
        using var client = new HttpClient { BaseAddress = Server };
        for (var clock = Stopwatch.StartNew(); ;)
        {
            try
            {
                using var answer = await client.GetAsync("/openapi/v1.json");
                return;
            }
            catch (HttpRequestException) when (clock.Elapsed < TimeSpan.FromSeconds(30) && !server!.HasExited)
            {
                await Task.Delay(50);
            }
        }
    }
}
