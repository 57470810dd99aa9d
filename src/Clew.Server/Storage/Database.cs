using System.Reflection;
using Npgsql;

namespace Clew.Server.Storage;

/// <summary>
/// The database: its schema files applied in order, its connections. Every table has a name of its own, so that views can be told
/// again into another schema by a search path alone.
/// </summary>
public static class Database
{
    /// <summary>Raised with every change of a schema file. An older program refuses a newer schema.</summary>
    public const int SchemaVersion = 3;

    /// <summary>The schemas, one per folder, in the order in which names are looked up.</summary>
    public const string SearchPath = "ledger,lifecycle,genealogy,masterdata,recall,capture,access,evidence,public";

    // Our questions are many index look-ups: what the planner takes for a costly query runs for milliseconds, and compiling it
    // would take a second. A scope of a hundred thousand units is sorted in memory.
    private const string Settings = "-c jit=off -c work_mem=32MB";

    private static readonly string[] Files = ["ledger.sql", "masterdata.sql", "lifecycle.sql", "genealogy.sql", "recall.sql", "capture.sql", "evidence.sql", "access.sql"];

    /// <summary>Opens the database and brings its schema up to date.</summary>
    /// <exception cref="StorageException">The schema is newer than this program, or the server cannot be reached.</exception>
    public static async Task<NpgsqlDataSource> Open(string connectionString, CancellationToken ct)
    {
        var source = Source(connectionString, SearchPath);
        try
        {
            await Migrate(source, ct);
            return source;
        }
        catch (NpgsqlException e) when (e is not PostgresException)
        {
            await source.DisposeAsync();
            throw new StorageException($"The database cannot be reached: {e.Message}. Check --database.");
        }
        catch
        {
            await source.DisposeAsync();
            throw;
        }
    }

    /// <summary>Connections that look names up along this path.</summary>
    public static NpgsqlDataSource Source(string connectionString, string searchPath)
    {
        var text = new NpgsqlConnectionStringBuilder(connectionString)
        {
            SearchPath = searchPath,
            Options = Settings,
            MaxAutoPrepare = 50,
            AutoPrepareMinUsages = 2,
            ApplicationName = "clew",
            Timezone = "UTC",
            IncludeErrorDetail = true,
        };
        return new NpgsqlDataSourceBuilder(text.ConnectionString).Build();
    }

    private static async Task Migrate(NpgsqlDataSource source, CancellationToken ct)
    {
        await using var connection = await source.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await Run(connection, "create schema if not exists storage; create table if not exists storage.version (one int primary key check (one = 1), version int not null); lock table storage.version in exclusive mode;", ct);
        await using var ask = new NpgsqlCommand("select version from storage.version", connection);
        var found = await ask.ExecuteScalarAsync(ct) as int? ?? 0;
        if (found > SchemaVersion)
        {
            throw new StorageException($"The database was last used by a newer Clew: its schema has version {found}, this program knows {SchemaVersion}. Start the newer program; nothing was changed.");
        }

        if (found < SchemaVersion)
        {
            foreach (var file in Files)
            {
                await Run(connection, Sql(file), ct);
            }

            await Run(connection, $"insert into storage.version values (1, {SchemaVersion}) on conflict (one) do update set version = excluded.version", ct);
        }

        await transaction.CommitAsync(ct);
    }

    /// <summary>The text of a schema file.</summary>
    public static string Sql(string file)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(file) ?? throw new InvalidOperationException($"{file} is not embedded.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    private static async Task Run(NpgsqlConnection connection, string sql, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(ct);
    }
}
