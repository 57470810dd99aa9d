using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using Clew.Capture;
using Clew.Facts;
using Clew.Identification;
using Clew.Server.Ledger;
using Clew.Tests.Storage;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Clew.Tests.Capture;

/// <summary>A company of its own: a database and a writer on it, told facts in our JSON.</summary>
public sealed class Company : IAsyncDisposable
{
    private Company(NpgsqlDataSource database, string connectionString, TimeProvider clock)
    {
        Database = database;
        ConnectionString = connectionString;
        Writer = new LedgerWriter(database, clock, NullLogger<LedgerWriter>.Instance);
    }

    public NpgsqlDataSource Database { get; }

    public string ConnectionString { get; }

    public LedgerWriter Writer { get; }

    public static async Task<Company> Found(Ground ground, TimeProvider? clock = null)
    {
        var (database, connectionString) = await ground.NewDatabase();
        return new Company(database, connectionString, clock ?? TimeProvider.System);
    }

    /// <summary>On a PostgreSQL of the test's own.</summary>
    public static async Task<Company> On(string connectionString) =>
        new(await Clew.Server.Storage.Database.Open(connectionString, TestContext.Current.CancellationToken), connectionString, TimeProvider.System);

    /// <summary>A second server on the same database.</summary>
    public Company Second() => new(Clew.Server.Storage.Database.Source(ConnectionString, Clew.Server.Storage.Database.SearchPath), ConnectionString, TimeProvider.System);

    /// <summary>Sends one document.</summary>
    public Task<IReadOnlyList<FactOutcome>> Send(string json, string by = "system:test", ErrorBehaviour behaviour = ErrorBehaviour.Rollback)
    {
        var bytes = Encoding.UTF8.GetBytes(json);
        var buffer = new ArrayBufferWriter<byte>();
        var drafts = FactReader.ReadAll(bytes)
            .Select((r, i) => (r.Fact is null ? null : Draft.Of(r.Fact, by, "/" + i.ToString(System.Globalization.CultureInfo.InvariantCulture), buffer), r.Findings))
            .ToList();
        var submission = new Submission(by, new ArrivedDocument("application/json", bytes, SHA256.HashData(bytes)), drafts, behaviour);
        Writer.TrySubmit(submission).ShouldBeTrue();
        return submission.Outcome;
    }

    /// <summary>Rows of a query, each as its columns joined with a blank.</summary>
    public async Task<List<string>> Ask(string sql)
    {
        await using var command = Database.CreateCommand(sql);
        await using var row = await command.ExecuteReaderAsync();
        var rows = new List<string>();
        while (await row.ReadAsync())
        {
            rows.Add(string.Join(' ', Enumerable.Range(0, row.FieldCount).Select(i => row.IsDBNull(i) ? "-" : Convert.ToString(row.GetValue(i), System.Globalization.CultureInfo.InvariantCulture))));
        }

        return rows;
    }

    public async ValueTask DisposeAsync()
    {
        await Writer.DisposeAsync();
        await Database.DisposeAsync();
    }
}
