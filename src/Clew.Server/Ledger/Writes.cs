using Npgsql;

namespace Clew.Server.Ledger;

/// <summary>What one transaction writes: rows that are added, and statements that follow them.</summary>
/// <remarks>Whoever tells puts it together, another may send it: it holds nothing that is still told on.</remarks>
internal sealed class Writes : IDisposable
{
    // Up to here an insert's cost a row is less than a COPY's two round trips and its parsing.
    private const int InsertMax = 400;

    private readonly List<CopyRows> added = [];
    private readonly List<NpgsqlBatchCommand> following = [];

    /// <summary>Whether there is nothing to write.</summary>
    public bool IsEmpty => added.Count + following.Count == 0;

    /// <summary>Adds rows to a table.</summary>
    /// <param name="table">Which.</param>
    /// <param name="columns">Names and types.</param>
    public CopyRows To(string table, params string[] columns)
    {
        var rows = new CopyRows(table, columns);
        added.Add(rows);
        return rows;
    }

    /// <summary>Runs a statement once the rows are in, in the order given.</summary>
    public void Then(string sql, params NpgsqlParameter[] parameters)
    {
        var command = new NpgsqlBatchCommand(sql);
        command.Parameters.AddRange(parameters);
        following.Add(command);
    }

    /// <summary>Sends all of it, in one round trip when the rows are few.</summary>
    /// <param name="before">Run before the rows.</param>
    /// <param name="after">Run after all else.</param>
    /// <param name="isWhole">It is a transaction of its own.</param>
    public void Send(NpgsqlConnection connection, IReadOnlyList<NpgsqlBatchCommand>? before = null, IReadOnlyList<NpgsqlBatchCommand>? after = null, bool isWhole = false)
    {
        var large = added.Where(r => r.Count > InsertMax).ToList();

        // What goes in one trip is one transaction without our saying so.
        var isSpoken = isWhole && large.Count > 0;
        using var batch = new NpgsqlBatch(connection);
        Add(batch, isSpoken ? [new NpgsqlBatchCommand("begin")] : []);
        Add(batch, before ?? []);
        if (large.Count > 0)
        {
            Run(batch);
            large.ForEach(r => r.Send(connection));
        }

        Add(batch, [.. added.Where(r => r.Count is > 0 and <= InsertMax).Select(r => r.AsInsert()), .. following, .. after ?? []]);
        Add(batch, isSpoken ? [new NpgsqlBatchCommand("commit")] : []);
        Run(batch);
        Clear();
    }

    /// <inheritdoc/>
    public void Dispose() => Clear();

    private void Clear()
    {
        added.ForEach(r => r.Dispose());
        added.Clear();
        following.Clear();
    }

    private static void Add(NpgsqlBatch batch, IReadOnlyList<NpgsqlBatchCommand> commands)
    {
        foreach (var command in commands)
        {
            batch.BatchCommands.Add(command);
        }
    }

    private static void Run(NpgsqlBatch batch)
    {
        if (batch.BatchCommands.Count > 0)
        {
            batch.ExecuteNonQuery();
            batch.BatchCommands.Clear();
        }
    }
}
