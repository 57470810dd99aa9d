using Clew.Capture;
using Clew.Facts;
using Clew.Proof;

namespace Clew.Server.Ledger;

/// <summary>The entries that one batch appends, until they are written.</summary>
internal sealed class Page(Edge edge, EventTime recordedAt, TreeHasher hasher)
{
    private readonly Growth tree = new(edge);
    private readonly List<(long Position, long Document, Guid Key, Guid Content, byte[] Leaf, byte[] Body)> entries = [];
    private readonly List<ReadOnlyMemory<byte>> attachments = [];
    private readonly Dictionary<Guid, (Guid Content, Receipt Receipt)> appended = [];

    /// <summary>The next position.</summary>
    public long Size => tree.Size;

    /// <summary>The tree's right edge behind what was appended.</summary>
    public Edge Edge => tree.ToEdge();

    /// <summary>One time for the whole batch.</summary>
    public EventTime RecordedAt { get; } = recordedAt;

    /// <summary>The document that is being told.</summary>
    public long Document { get; set; }

    /// <summary>Whether another server must read the register anew.</summary>
    public bool NamesChanged { get; set; }

    /// <summary>The same for holds and corrections.</summary>
    public bool OrdersChanged { get; set; }

    /// <summary>What this batch already appended under that id.</summary>
    public bool TryFind(Guid key, out (Guid Content, Receipt Receipt) found) => appended.TryGetValue(key, out found);

    /// <summary>Appends an entry.</summary>
    public void Add(Draft draft, ReadOnlySpan<byte> body, Submission submission, Receipt receipt)
    {
        var (key, content) = (draft.Key.ToGuid(), ContentOf(draft));
        entries.Add((receipt.Position, submission.DocumentId, key, content, receipt.Leaf, body.ToArray()));
        appended[key] = (content, receipt);
        attachments.AddRange(draft.Beside);
        tree.Append(new Digest(receipt.Leaf), hasher);
    }

    /// <summary>What a draft says, as the table of known ids remembers it.</summary>
    public static Guid ContentOf(Draft draft) => new Clew.Ledger.EntryKey(draft.Content).ToGuid();

    /// <summary>Puts down what is not put down yet.</summary>
    public void Write(Writes writes)
    {
        if (entries.Count == 0)
        {
            return;
        }

        var bodies = writes.To("entry", "position bigint", "recorded_at timestamptz", "document bigint", "leaf bytea", "body bytea");
        var ids = writes.To("known", "key uuid", "content uuid", "position bigint");
        foreach (var entry in entries)
        {
            bodies.Row().Long(entry.Position).Time(RecordedAt.Microseconds).Long(entry.Document).Bytes(entry.Leaf).Bytes(entry.Body);
            ids.Row().Uuid(entry.Key).Uuid(entry.Content).Long(entry.Position);
        }

        if (tree.Filled.Count > 0)
        {
            TreeRows.Write(writes, tree);
        }

        foreach (var list in attachments)
        {
            writes.Then("insert into attachment (sha256, body) values ($1, $2) on conflict do nothing",
                Rows.Of(System.Security.Cryptography.SHA256.HashData(list.Span)), Rows.Of(list.ToArray()));
        }

        entries.Clear();
        attachments.Clear();
    }
}
