using Npgsql;

namespace Clew.Server.Storage;

/// <summary>The database that a command works on: the user's own server, or a private one in a folder that stops when we do.</summary>
public sealed class Home : IAsyncDisposable
{
    private readonly PrivatePostgres? postgres;

    private Home(NpgsqlDataSource database, PrivatePostgres? postgres, string where, string? folder)
    {
        Database = database;
        Folder = folder;
        this.postgres = postgres;
        Where = where;
    }

    /// <summary>Our schema is up to date in it.</summary>
    public NpgsqlDataSource Database { get; }

    /// <summary>The private one's folder; nothing for a server of the user's own.</summary>
    public string? Folder { get; }

    /// <summary>In words: which server, or which folder.</summary>
    public string Where { get; }

    /// <summary>Opens the database.</summary>
    /// <param name="connectionString">A server of the user's own; nothing for a private one.</param>
    /// <param name="folder">Where the private one keeps its data; nothing for the usual place.</param>
    /// <param name="name">The private one's database.</param>
    /// <exception cref="StorageException">With what to do.</exception>
    public static async Task<Home> Open(string? connectionString, string? folder, string name, CancellationToken ct)
    {
        if (connectionString is not null)
        {
            var named = new NpgsqlConnectionStringBuilder(connectionString);
            return new Home(await Storage.Database.Open(connectionString, ct), null, $"the database {named.Database} on {named.Host}", null);
        }

        folder = folder is null ? PrivatePostgres.DefaultFolder() : Path.GetFullPath(folder);
        var postgres = await PrivatePostgres.Start(folder, ct);
        try
        {
            await postgres.Ensure(name, ct);
            return new Home(await Storage.Database.Open(postgres.ConnectionString(name), ct), postgres, folder, folder);
        }
        catch
        {
            await postgres.DisposeAsync();
            throw;
        }
    }

    /// <summary>Closes the connections and stops a private server.</summary>
    public async ValueTask DisposeAsync()
    {
        await Database.DisposeAsync();
        if (postgres is not null)
        {
            NpgsqlConnection.ClearAllPools();
            await postgres.DisposeAsync();
        }
    }
}
