using System.Diagnostics;
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

    public string Key { get; private set; } = "";

    public string Database(string name) => postgres!.ConnectionString(name);

    public static async Task<Ground> Start(string folder)
    {
        var ground = new Ground(folder);
        ground.postgres = await PrivatePostgres.Start(folder, CancellationToken.None);
        await ground.postgres.Ensure("clew", CancellationToken.None);
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "Clew.Server.dll"), "serve", "--database", ground.postgres.ConnectionString("clew"), "--urls", "http://127.0.0.1:0"])
        {
            RedirectStandardOutput = true,
        };
        ground.server = Process.Start(start)!;
        while (await ground.server.StandardOutput.ReadLineAsync() is { } line)
        {
            if (line.StartsWith("READY ", StringComparison.Ordinal))
            {
                var words = line.Split(' ');
                (ground.Server, ground.Key) = (new Uri(words[1]), words[2]);
                return ground;
            }
        }

        throw new InvalidOperationException("The server did not start.");
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
}
