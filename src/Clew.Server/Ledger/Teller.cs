using System.Buffers;
using System.Security.Cryptography;
using Clew.Capture;
using Clew.Facts;
using Clew.Identification;
using Clew.Ledger;
using Clew.Proof;
using Clew.Server.Capture;
using Clew.Server.MasterData;
using Clew.Server.Recall;
using Npgsql;

namespace Clew.Server.Ledger;

/// <summary>
/// Tells batches: looks up what they ask for, weighs each fact, tells the lives that it touches, and puts down what is to be written.
/// </summary>
/// <remarks>
/// <para>
/// A batch may be told ahead of its turn, while the one before is on its way to the disk. What that one touched lies on the table as
/// it will be; an item that does not lie there was not touched by it and may be asked for at once. Lists of an item (its parts, its
/// life) may be told of without lying there: they are asked for only once nothing is on its way. That the head did not move
/// meanwhile is seen when it is advanced.
/// </para>
/// <para>
/// What depends on everything told before (what a hold catches, what a correction corrects) is asked for inside the transaction that
/// holds the head's lock, after what this batch has told so far was written there.
/// </para>
/// </remarks>
internal sealed class Teller : IDisposable
{
    private readonly TimeProvider clock;
    private readonly IncrementalHash sha256 = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly ArrayBufferWriter<byte> buffer = new(4096);
    private readonly TreeHasher tree = new();
    private readonly Needs needs = new();

    private Book book = new(new Clew.MasterData.Register());
    private Telling telling;
    private Head? known;
    private long partition;

    /// <summary>With an empty table.</summary>
    public Teller(TimeProvider clock)
    {
        this.clock = clock;
        telling = new Telling(book);
    }

    /// <summary>Whether the table is good, as far as we know: nobody else moved the head when we last looked.</summary>
    public bool MayTellAhead { get; private set; }

    /// <summary>Whether so much lies on the table that it must be tidied, which may be done only when nothing is on its way.</summary>
    public bool IsFull => book.Count > LedgerWriter.BookMax;

    /// <summary>Takes off the table what is least likely to be asked for.</summary>
    public void Tidy() => book.Tidy(LedgerWriter.BookMax);

    /// <summary>What lies on the table is not what is on disk: it is fetched anew with the next batch.</summary>
    public void Forget() => (known, partition, MayTellAhead) = (null, 0, false);

    /// <summary>Another server moved the head before this batch: items are fetched anew, and names too if what was told in vain had changed them.</summary>
    public void Overtaken(Batch batch)
    {
        var isClean = known is not null && known.NamesAt == batch.From.NamesAt && known.OrdersAt == batch.From.OrdersAt && book.Dangling == batch.Dangling;
        (known, MayTellAhead) = (isClean ? batch.From with { Size = -1 } : null, false);
    }

    /// <summary>Tells a batch.</summary>
    /// <param name="reading">Where to ask, outside of any transaction; the connection of <paramref name="inside"/> when it is told under the lock from the beginning.</param>
    /// <param name="before">The batch that is on its way, if any.</param>
    /// <param name="settle">Waits until nothing is on its way; false when that failed, and this telling is void.</param>
    /// <param name="inside">A connection on which to begin the transaction when it is needed.</param>
    /// <param name="isAhead">Told ahead of its turn, as far as possible.</param>
    /// <returns>Nothing when it must be told again, under the lock.</returns>
    public Batch? Tell(List<Submission> submissions, NpgsqlConnection reading, Batch? before, Func<bool> settle, Func<NpgsqlConnection> inside, bool isAhead)
    {
        foreach (var submission in submissions)
        {
            submission.Begin();
        }

        Head head;
        NpgsqlConnection? transaction = null;
        if (isAhead)
        {
            head = known!;
        }
        else
        {
            transaction = reading;
            head = Lock(transaction);
            Refresh(transaction, head);
        }

        var now = EventTime.Of(clock.GetUtcNow());
        var recordedAt = now.Microseconds < head.RecordedAt ? new EventTime(head.RecordedAt, 0) : now;
        var batch = new Batch(submissions, head, new Page(head.Edge!, recordedAt, tree)) { Inside = transaction, Dangling = book.Dangling };
        Partition(reading, head.Size);
        var isTold = Ahead(batch, reading, before, settle) && TellAll(batch, now, settle, inside);
        if (!isTold)
        {
            batch.Inside?.Execute("rollback");
            batch.Dispose();
            Forget();
            return null;
        }

        Put(batch);
        Documents(batch);
        known = batch.To;
        return batch;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        sha256.Dispose();
        tree.Dispose();
    }

    private bool TellAll(Batch batch, EventTime now, Func<bool> settle, Func<NpgsqlConnection> inside)
    {
        var document = batch.From.NextDocument;
        foreach (var submission in batch.Submissions)
        {
            batch.Page.Document = document;
            if (submission.Arrived is not null)
            {
                submission.DocumentId = document++;
            }

            if (!Tell(batch, submission, now, settle, inside))
            {
                return false;
            }
        }

        var page = batch.Page;
        batch.To = batch.From with { NextDocument = document, Size = page.Size, Edge = page.Edge, RecordedAt = page.Size > batch.From.Size ? page.RecordedAt.Microseconds : batch.From.RecordedAt };
        return true;
    }

    private static Head Lock(NpgsqlConnection connection)
    {
        using var commands = new NpgsqlBatch(connection) { BatchCommands = { new NpgsqlBatchCommand("begin"), new NpgsqlBatchCommand(Head.Lock) } };
        Head head;
        using (var row = commands.ExecuteReader())
        {
            row.Read();
            head = Head.Of(row);
        }

        return head.Edge is null ? head with { Edge = TreeRows.Tell(connection, head.Size) } : head;
    }

    // Another server wrote since we last looked: what lies on our table may be stale.
    private void Refresh(NpgsqlConnection connection, Head head)
    {
        MayTellAhead = true;
        if (known is not null && known.Size == head.Size && known.Told == head.Told)
        {
            return;
        }

        MayTellAhead = known is null;
        if (known is null || known.NamesAt != head.NamesAt || known.OrdersAt != head.OrdersAt || known.Told != head.Told)
        {
            book = new Book(RegisterView.Restore(connection));
            HoldView.Restore(connection, book);
            HoldView.RestoreDangling(connection, book);
            telling = new Telling(book);
        }
        else
        {
            book.Clear();
        }

        (book.NextItem, book.NextLink) = (head.NextItem, head.NextLink);
    }

    private const long PartitionSize = 10_000_000;

    // More than any batch brings.
    private const long PartitionAhead = 1_000_000;

    // The next partition is there before the first entry needs it.
    private void Partition(NpgsqlConnection connection, long size)
    {
        var ahead = (size + PartitionAhead) / PartitionSize;
        if (ahead > partition)
        {
            connection.Execute("select ledger.partition_for($1)", Rows.Of(ahead * PartitionSize));
            partition = ahead;
        }
    }

    // What can be asked for before anything is told. The ids and the first names go in one round trip.
    private bool Ahead(Batch batch, NpgsqlConnection reading, Batch? before, Func<bool> settle)
    {
        AddNeeds(batch.Submissions, known: null);
        var found = Meet(reading, batch.Submissions);
        foreach (var submission in batch.Submissions)
        {
            submission.Known = found;
            foreach (var (draft, _) in submission.Drafts)
            {
                if (draft is not null && before is not null && before.Page.TryFind(draft.Key.ToGuid(), out var coming))
                {
                    found[draft.Key.ToGuid()] = coming;
                }
            }
        }

        AddNeeds(batch.Submissions, found);
        while (!needs.IsEmpty)
        {
            if (needs.AsksLists && before is not null)
            {
                if (!settle())
                {
                    return false;
                }

                before = null;
            }

            Shelf.Fetch(reading, needs, book);
            AddNeeds(batch.Submissions, found);
        }

        return true;
    }

    private void AddNeeds(List<Submission> submissions, Dictionary<Guid, (Guid Content, Receipt Receipt)>? known)
    {
        needs.Clear();
        foreach (var submission in submissions)
        {
            foreach (var (draft, _) in submission.Drafts)
            {
                if (draft is not null && known?.ContainsKey(draft.Key.ToGuid()) != true)
                {
                    needs.AddFor(draft, book, isAhead: true);
                }
            }
        }
    }

    // The ids that are in the ledger, and the items of the names that do not lie on the table.
    private Dictionary<Guid, (Guid Content, Receipt Receipt)> Meet(NpgsqlConnection connection, List<Submission> submissions)
    {
        var keys = submissions.SelectMany(s => s.Drafts).Where(d => d.Draft is not null).Select(d => d.Draft!.Key.ToGuid()).Distinct().ToArray();
        using var questions = new NpgsqlBatch(connection);
        questions.BatchCommands.Add(new NpgsqlBatchCommand("select k.key, k.content, k.position, e.leaf from known k join entry e on e.position = k.position where k.key = any($1)")
        {
            Parameters = { new NpgsqlParameter<Guid[]> { TypedValue = keys } },
        });
        if (needs.Names.Count > 0)
        {
            questions.BatchCommands.Add(Shelf.AskNames(needs));
        }

        using var row = questions.ExecuteReader();
        var found = new Dictionary<Guid, (Guid Content, Receipt Receipt)>();
        while (row.Read())
        {
            found[row.GetGuid(0)] = (row.GetGuid(1), new Receipt(row.GetInt64(2), row.GetFieldValue<byte[]>(3)));
        }

        if (needs.Names.Count > 0)
        {
            row.NextResult();
            Shelf.LayNames(row, needs, book);
        }

        return found;
    }

    // Weighs and tells one document. False when the batch must be told again: an all-or-nothing document is to be taken out of it,
    // or the head moved.
    private bool Tell(Batch batch, Submission submission, EventTime now, Func<bool> settle, Func<NpgsqlConnection> inside)
    {
        if (submission.RefuseWhole())
        {
            return true;
        }

        for (var i = 0; i < submission.Drafts.Count; i++)
        {
            if (submission.Drafts[i].Draft is not { } draft || submission.TryAnswerKnown(i, draft, batch.Page))
            {
                continue;
            }

            if (!Require(batch, draft, settle, inside))
            {
                return false;
            }

            var foreseen = draft.Fact.Mode == Mode.Intended ? telling.Foresee(draft) : [];
            var verdict = Admission.Weigh(draft, foreseen, book, now);
            if (verdict.IsAdmitted)
            {
                var findings = verdict.Findings.Count == 0 ? null : verdict.Findings.ToList();
                Append(draft, submission, i, batch.Page, findings);
            }
            else
            {
                submission.Refuse(i, verdict.Findings);
            }

            book.ForgetDrafts();
        }

        return !submission.IsSpoilt;
    }

    private void Append(Draft draft, Submission submission, int index, Page page, List<Finding>? findings)
    {
        var position = page.Size;
        var (touches, runs) = telling.Tell(draft, position);
        if (draft.Fact.Mode == Mode.Reported)
        {
            Admission.AddRemarks(draft, touches, ref findings);
        }

        EntryBytes.Write(buffer, page.RecordedAt, draft.By, draft.Canonical.Span, submission.RawSha256, runs);
        if (buffer.WrittenCount > EntryBytes.LengthMax)
        {
            throw new InvalidOperationException($"An entry of {buffer.WrittenCount} bytes was made of a fact of {draft.Canonical.Length}.");
        }

        var leaf = new byte[LeafHash.Length];
        LeafHash.Of(buffer.WrittenSpan, leaf, sha256);
        var receipt = new Receipt(position, leaf);
        page.Add(draft, buffer.WrittenSpan, submission, receipt);
        submission.Admit(index, receipt, findings);
    }

    // What only this draft needs. What was told before it in this batch is written first, so that it is found.
    private bool Require(Batch batch, Draft draft, Func<bool> settle, Func<NpgsqlConnection> inside)
    {
        while (true)
        {
            needs.Clear();
            needs.AddFor(draft, book, isAhead: false);
            if (needs.IsEmpty)
            {
                return true;
            }

            if (batch.Inside is null)
            {
                if (!settle())
                {
                    return false;
                }

                var connection = inside();
                var head = Lock(connection);
                batch.Inside = connection;
                if (head != batch.From)
                {
                    return false;
                }
            }

            Put(batch);
            batch.Writes.Send(batch.Inside);
            Shelf.Fetch(batch.Inside, needs, book);
        }
    }

    // Puts down what was told and is not put down yet.
    private void Put(Batch batch)
    {
        batch.Page.Write(batch.Writes);
        var changes = book.Changes;
        var (names, orders) = Views.Write(batch.Writes, book.Register, changes);
        batch.Page.NamesChanged |= names;
        batch.Page.OrdersChanged |= orders;
        if (changes.Corrections.Count > 0)
        {
            batch.Writes.Then("insert into correction (target, position) select * from unnest($1, $2)",
                Rows.Of(changes.Corrections.ConvertAll(c => c.Target.ToGuid()).ToArray()), Rows.Of(changes.Corrections.ConvertAll(c => c.Position).ToArray()));
        }

        changes.Clear();
        batch.To = batch.To with
        {
            NextItem = book.NextItem,
            NextLink = book.NextLink,
            NamesAt = batch.Page.NamesChanged ? batch.Page.Size : batch.From.NamesAt,
            OrdersAt = batch.Page.OrdersChanged ? batch.Page.Size : batch.From.OrdersAt,
        };
    }

    private static void Documents(Batch batch)
    {
        if (batch.Submissions.TrueForAll(s => s.Arrived is null))
        {
            return;
        }

        var rows = batch.Writes.To("document", "id bigint", "received_at timestamptz", "sender text", "media_type text", "sha256 bytea", "facts integer", "admitted integer", "refused integer", "bytes bytea", "findings jsonb", "mends bigint", "behaviour smallint");
        foreach (var submission in batch.Submissions)
        {
            if (submission.Arrived is { } arrived)
            {
                rows.Row().Long(submission.DocumentId).Time(batch.Page.RecordedAt.Microseconds).Text(submission.Sender).Text(arrived.MediaType).Bytes(arrived.Sha256)
                    .Int(submission.Drafts.Count).Int(submission.Admitted).Int(submission.Refused).Bytes(arrived.Bytes).Jsonb(submission.FindingsJson()).Long(submission.Mends).Short((int)submission.Behaviour);
            }
        }
    }
}
