using Npgsql;

namespace Clew.Server.Ledger;

/// <summary>Submissions that go into the ledger by one transaction.</summary>
internal sealed class Batch(List<Submission> submissions, Head from, Page page) : IDisposable
{
    /// <summary>What it consists of.</summary>
    public List<Submission> Submissions { get; } = submissions;

    /// <summary>Where the head stood when it was told.</summary>
    public Head From { get; } = from;

    /// <summary>Where the head will stand.</summary>
    public Head To { get; set; } = from;

    /// <summary>The entries that it appends.</summary>
    public Page Page { get; } = page;

    /// <summary>What it writes.</summary>
    public Writes Writes { get; } = new();

    /// <summary>How many corrections waited for their targets when it was told: telling takes them away.</summary>
    public int Dangling { get; init; }

    /// <summary>The transaction that holds the head's lock while it is told; nothing when it is told ahead of its turn.</summary>
    public NpgsqlConnection? Inside { get; set; }

    /// <summary>Writes it and commits; its senders are answered once that is on disk.</summary>
    public void Commit(NpgsqlConnection connection)
    {
        if (Inside is null)
        {
            Writes.Send(connection, before: [.. From.Advance(To)], isWhole: true);
        }
        else
        {
            Writes.Send(connection, after: [.. From.Advance(To), new NpgsqlBatchCommand("commit")]);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Writes.Dispose();
}
