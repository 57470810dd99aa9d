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
    public const int SchemaVersion = 11;

    /// <summary>The schemas, one per folder, in the order in which names are looked up.</summary>
    public const string SearchPath = "ledger,lifecycle,genealogy,masterdata,recall,capture,signing,access,evidence,numbering,labels,identification,epcis,subscriptions,proof,care,public";

    // Our questions are many index look-ups: what the planner takes for a costly query runs for milliseconds, and compiling it
    // would take a second. A scope of a hundred thousand units is sorted in memory.
    private const string Settings = "-c jit=off -c work_mem=32MB";

    private static readonly string[] Files = ["ledger.sql", "masterdata.sql", "lifecycle.sql", "genealogy.sql", "recall.sql", "capture.sql", "evidence.sql", "access.sql", "signing.sql", "numbering.sql", "labels.sql", "identification.sql", "epcis.sql", "subscriptions.sql", "proof.sql", "care.sql"];

    /// <summary>Opens the database and brings its schema up to date.</summary>
    /// <exception cref="StorageException">With what to do: the server cannot be reached, does not let us in, or holds something else.</exception>
    public static async Task<NpgsqlDataSource> Open(string connectionString, CancellationToken ct)
    {
        NpgsqlDataSource? source = null;
        try
        {
            source = Source(connectionString, SearchPath);
            await Migrate(source, ct);
            return source;
        }
        catch (Exception e)
        {
            if (source is not null)
            {
                await source.DisposeAsync();
            }

            if (Help(e) is { } help)
            {
                throw new StorageException(help);
            }

            throw;
        }
    }

    private static string? Help(Exception e) => e switch
    {
        PostgresException { SqlState: PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification } p =>
            $"The database does not let us in: {p.MessageText}. Check Username and Password in --database.",
        PostgresException { SqlState: PostgresErrorCodes.InvalidCatalogName } p =>
            $"{p.MessageText}. Make it first (createdb), or check Database in --database.",
        PostgresException { SqlState: PostgresErrorCodes.InsufficientPrivilege } p =>
            $"The database user may not do what is needed: {p.MessageText}. Let it make schemas: grant create on database … to ….",
        PostgresException => null,
        NpgsqlException or TimeoutException => $"The database cannot be reached: {e.Message}. Check Host and Port in --database, and that the server runs.",
        ArgumentException or FormatException => $"--database does not read: {e.Message} Write \"Host=…;Username=…;Password=…;Database=…\".",
        _ => null,
    };

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
        if (connection.PostgreSqlVersion.Major < PrivatePostgres.MajorMin)
        {
            throw new StorageException($"The server is PostgreSQL {connection.PostgreSqlVersion}; {PrivatePostgres.MajorMin} or newer is needed.");
        }

        if (await Ask(connection, "show server_encoding", ct) is string encoding && encoding != "UTF8")
        {
            throw new StorageException($"The database is encoded in {encoding}, and Chinese needs UTF8. Make another one: createdb --encoding UTF8 --template template0 ….");
        }

        // Two servers that start at once on an empty database go one after the other; there is no row yet that they could lock.
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await Run(connection, $"select pg_advisory_xact_lock({MigrationLock})", ct);
        var found = await Version(connection, ct);
        if (found > SchemaVersion)
        {
            throw new StorageException($"The database was last used by a newer Clew: its schema has version {found}, this program knows {SchemaVersion}. Start the newer program; nothing was changed.");
        }

        if (found < SchemaVersion)
        {
            await Run(connection, "create schema if not exists storage; create table if not exists storage.version (one int primary key check (one = 1), version int not null)", ct);
            foreach (var file in Files)
            {
                await Run(connection, Sql(file), ct);
            }

            await Run(connection, $"insert into storage.version values (1, {SchemaVersion}) on conflict (one) do update set version = excluded.version", ct);
        }

        await transaction.CommitAsync(ct);
    }

    // Any number that nobody else has a reason to choose.
    private const long MigrationLock = 0x636C6577;

    // 0 for a database that we have never used. A schema that is called like one of ours and is not ours stays untouched.
    private static async Task<int> Version(NpgsqlConnection connection, CancellationToken ct)
    {
        if (await Ask(connection, "select to_regclass('storage.version')::text", ct) is string)
        {
            return await Ask(connection, "select version from storage.version", ct) as int? ?? 0;
        }

        var names = string.Join(", ", SearchPath.Split(',').Where(s => s != "public").Append("storage").Select(s => $"'{s}'"));
        if (await Ask(connection, $"select string_agg(nspname, ', ' order by nspname) from pg_namespace where nspname in ({names})", ct) is string taken)
        {
            throw new StorageException($"The database holds schemas of somebody else's that are called like ours: {taken}. Give Clew a database of its own; nothing was changed.");
        }

        return 0;
    }

    private static async Task<object?> Ask(NpgsqlConnection connection, string sql, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync(ct);
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
