using Clew.Server.Storage;
using Npgsql;

[assembly: AssemblyFixture(typeof(Clew.Tests.Storage.Ground))]

namespace Clew.Tests.Storage;

/// <summary>One real PostgreSQL for all tests of the run, in a folder of its own; each test class takes a database of its own.</summary>
public sealed class Ground : IAsyncLifetime
{
    private readonly string folder = Path.Combine("/tmp", "clew-tests-" + Environment.ProcessId.ToString(System.Globalization.CultureInfo.InvariantCulture));
    private PrivatePostgres? server;
    private int count;

    public async ValueTask InitializeAsync() => server = await PrivatePostgres.Start(folder, CancellationToken.None);

    /// <summary>A fresh database with our schema.</summary>
    public async Task<(NpgsqlDataSource Source, string ConnectionString)> NewDatabase()
    {
        var name = "t" + Interlocked.Increment(ref count).ToString(System.Globalization.CultureInfo.InvariantCulture);
        await server!.Ensure(name, TestContext.Current.CancellationToken);
        var connectionString = server.ConnectionString(name);
        return (await Database.Open(connectionString, TestContext.Current.CancellationToken), connectionString);
    }

    /// <summary>A database that nobody has used yet.</summary>
    /// <param name="options">As behind <c>create database</c>.</param>
    public async Task<string> EmptyDatabase(string options = "")
    {
        var name = "t" + Interlocked.Increment(ref count).ToString(System.Globalization.CultureInfo.InvariantCulture);
        await using var connection = new NpgsqlConnection(server!.ConnectionString("postgres"));
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var create = new NpgsqlCommand($"create database {name} {options}", connection);
        await create.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        return server.ConnectionString(name);
    }

    public async ValueTask DisposeAsync()
    {
        NpgsqlConnection.ClearAllPools();
        await server!.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }
}
