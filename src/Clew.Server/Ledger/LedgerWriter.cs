using System.Buffers;
using System.Security.Cryptography;
using System.Threading.Channels;
using Clew.Capture;
using Clew.Facts;
using Clew.Identification;
using Clew.Ledger;
using Clew.Server.Capture;
using Clew.Server.MasterData;
using Clew.Server.Recall;
using Npgsql;
using NpgsqlTypes;

namespace Clew.Server.Ledger;

/// <summary>
/// The one way into the ledger. Submissions queue up, are taken in batches, and each batch is one transaction: lock the head,
/// answer known ids, weigh and tell, write by COPY, move the head, commit. A receipt means that it is on disk.
/// </summary>
/// <remarks>
/// Several servers may write to one database: whoever holds the head row's lock appends. What lies on our table is good as long
/// as the head stands where we left it; when another server moved it, the table is cleared and fetched anew.
/// It runs on a thread of its own and waits on the database without giving it up: one writer, nothing to share.
/// </remarks>
public sealed class LedgerWriter : IAsyncDisposable
{
    /// <summary>Submissions waiting. Beyond it senders are told to come again: a queue that only grows helps nobody.</summary>
    public const int QueueMax = 4_096;

    /// <summary>Drafts in one batch: enough that the fixed cost of a commit vanishes, few enough that nobody waits long for it.</summary>
    public const int DraftsMax = 1_024;

    /// <summary>Items named in one batch, for the same reason; a single longer fact makes a batch of its own.</summary>
    public const int ItemsMax = 16_384;

    /// <summary>Items kept on the table between batches, about 300 bytes each.</summary>
    public const int BookMax = 200_000;

    /// <summary>How often a batch is tried again when the database is away.</summary>
    public const int RetriesMax = 5;

    private readonly NpgsqlDataSource database;
    private readonly TimeProvider clock;
    private readonly ILogger<LedgerWriter> log;
    private readonly Channel<Submission> queue = Channel.CreateBounded<Submission>(new BoundedChannelOptions(QueueMax) { SingleReader = true });
    private readonly Thread thread;
    private readonly IncrementalHash sha256 = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly ArrayBufferWriter<byte> buffer = new(4096);
    private readonly Needs needs = new();

    private Book book = new(new Clew.MasterData.Register());
    private Telling telling;
    private HeadRow? known;
    private long partition;

    /// <summary>Starts the writer on this database.</summary>
    public LedgerWriter(NpgsqlDataSource database, TimeProvider clock, ILogger<LedgerWriter> log)
    {
        this.database = database;
        this.clock = clock;
        this.log = log;
        telling = new Telling(book);
        thread = new Thread(Run) { IsBackground = true, Name = "ledger writer" };
        thread.Start();
    }

    /// <summary>How many submissions wait.</summary>
    public int Waiting => queue.Reader.Count;

    /// <summary>Hands a submission in; its outcome comes when it is on disk. False when the queue is full.</summary>
    public bool TrySubmit(Submission submission) => queue.Writer.TryWrite(submission);

    /// <summary>Waits for room in the queue: for jobs, which may take their time.</summary>
    public ValueTask Submit(Submission submission, CancellationToken ct) => queue.Writer.WriteAsync(submission, ct);

    /// <summary>Finishes what was handed in and stops.</summary>
    public async ValueTask DisposeAsync()
    {
        queue.Writer.TryComplete();
        await Task.Run(thread.Join);
        sha256.Dispose();
    }

    private void Run()
    {
        var batch = new List<Submission>();
        while (queue.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
        {
            Gather(batch);
            Commit(batch);
            batch.Clear();
        }
    }

    private void Gather(List<Submission> batch)
    {
        int drafts = 0, items = 0;
        while (drafts < DraftsMax && items < ItemsMax && queue.Reader.TryPeek(out var next))
        {
            if (batch.Count > 0 && (drafts + next.Drafts.Count > DraftsMax || items + next.ItemCount > ItemsMax))
            {
                return;
            }

            queue.Reader.TryRead(out _);
            batch.Add(next);
            drafts += next.Drafts.Count;
            items += next.ItemCount;
        }
    }

    // Tries until it is committed: an outage is waited out, and a submission that makes us stumble is answered alone.
    private void Commit(List<Submission> batch)
    {
        var isCondemned = false;
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                Append(batch);
                return;
            }
            catch (NpgsqlException e) when (e.IsTransient || e is not PostgresException)
            {
                // The commit may have happened before the line broke: the ids that we then find known give the same receipts.
                Forget();
                log.LogWarning(e, "The database did not answer; attempt {Attempt} of {Max}", attempt + 1, RetriesMax);
                if (attempt >= RetriesMax)
                {
                    batch.ForEach(s => s.Fail(e));
                    return;
                }

                Thread.Sleep(TimeSpan.FromMilliseconds(100 << attempt));
            }
#pragma warning disable CA1031 // Whatever it is, the sender must get an answer and the writer must live on.
            catch (Exception e)
#pragma warning restore CA1031
            {
                Forget();
                if (batch.Count == 1)
                {
                    log.LogError(e, "A submission of {Sender} could not be told", batch[0].Sender);
                    if (batch[0].Arrived is null || isCondemned)
                    {
                        batch[0].Fail(e);
                        return;
                    }

                    // A mistake of ours is no reason to lose what somebody sent.
                    isCondemned = true;
                    batch[0].Condemn(new Finding(ReceptionFindings.Stumbled, ""));
                    continue;
                }

                foreach (var one in batch)
                {
                    Commit([one]);
                }

                return;
            }
        }
    }

    private void Append(List<Submission> batch)
    {
        foreach (var submission in batch)
        {
            submission.Begin();
        }

        // Told again without a document that asked for all or nothing and got an error on the way.
        while (!TryAppend(batch))
        {
            Forget();
        }

        foreach (var submission in batch)
        {
            submission.Complete();
        }
    }

    private bool TryAppend(List<Submission> batch)
    {
        using var connection = database.OpenConnection();
        var head = Lock(connection, batch);
        Refresh(connection, head);
        var now = EventTime.Of(clock.GetUtcNow());
        var recordedAt = now.Microseconds < head.RecordedAt ? new EventTime(head.RecordedAt, 0) : now;
        var page = new Page(head.Size, recordedAt);
        Partition(connection, head.Size);
        FetchAhead(connection, batch);
        foreach (var submission in batch)
        {
            page.Document = head.NextDocument;
            if (submission.Arrived is not null)
            {
                submission.DocumentId = head.NextDocument++;
            }

            if (!Tell(connection, submission, page, now))
            {
                Execute(connection, "rollback");
                return false;
            }
        }

        Write(connection, page);
        Documents(connection, batch, recordedAt);
        Finish(connection, head, page);
        known = head;
        book.Tidy(BookMax);
        return true;
    }

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

    // All that a batch asks is look-ups of some thousand keys. The planner knows little of tables that grow by the minute, and would
    // at times rather read a whole one than descend an index a thousand times.
    private const string ByIndex = "select set_config('enable_seqscan', 'off', true), set_config('enable_hashjoin', 'off', true), set_config('enable_mergejoin', 'off', true), set_config('plan_cache_mode', 'force_generic_plan', true)";

    // Locks the head and looks up the ids under the lock, in one round trip.
    private static HeadRow Lock(NpgsqlConnection connection, List<Submission> batch)
    {
        var keys = batch.SelectMany(s => s.Drafts).Where(d => d.Draft is not null).Select(d => d.Draft!.Key.ToGuid()).Distinct().ToArray();
        using var commands = new NpgsqlBatch(connection);
        commands.BatchCommands.Add(new NpgsqlBatchCommand("begin"));
        commands.BatchCommands.Add(new NpgsqlBatchCommand(ByIndex));
        commands.BatchCommands.Add(new NpgsqlBatchCommand("select size, recorded_at, next_item, next_link, next_document, names_at, orders_at, told from head where ledger = 1 for update"));
        commands.BatchCommands.Add(new NpgsqlBatchCommand("select k.key, k.content, k.position, e.leaf from known k join entry e on e.position = k.position where k.key = any($1)")
        {
            Parameters = { new NpgsqlParameter<Guid[]> { TypedValue = keys } },
        });
        using var row = commands.ExecuteReader();
        row.NextResult();
        row.Read();
        var head = new HeadRow
        {
            Size = row.GetInt64(0),
            RecordedAt = row.GetInt64(0) == 0 ? long.MinValue : row.Micros(1),
            NextItem = row.GetInt64(2),
            NextLink = row.GetInt64(3),
            NextDocument = row.GetInt64(4),
            NamesAt = row.GetInt64(5),
            OrdersAt = row.GetInt64(6),
            Told = row.GetInt32(7),
        };
        row.NextResult();
        var found = new Dictionary<Guid, (Guid Content, Receipt Receipt)>();
        while (row.Read())
        {
            found[row.GetGuid(0)] = (row.GetGuid(1), new Receipt(row.GetInt64(2), row.GetFieldValue<byte[]>(3)));
        }

        foreach (var submission in batch)
        {
            submission.Known = found;
        }

        return head;
    }

    // Another server wrote since we last looked: what lies on our table may be stale.
    private void Refresh(NpgsqlConnection connection, HeadRow head)
    {
        if (known is not null && known.Size == head.Size && known.Told == head.Told)
        {
            return;
        }

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

    private void Forget() => (known, partition) = (null, 0);

    private void FetchAhead(NpgsqlConnection connection, List<Submission> batch)
    {
        while (true)
        {
            needs.Clear();
            foreach (var submission in batch)
            {
                foreach (var (draft, _) in submission.Drafts)
                {
                    if (draft is not null && !submission.Known!.ContainsKey(draft.Key.ToGuid()))
                    {
                        needs.AddFor(draft, book, isAhead: true);
                    }
                }
            }

            if (needs.IsEmpty)
            {
                return;
            }

            Shelf.Fetch(connection, needs, book);
        }
    }

    // Weighs and tells one document. False when it must be taken out and the batch told again.
    private bool Tell(NpgsqlConnection connection, Submission submission, Page page, EventTime now)
    {
        if (submission.RefuseWhole())
        {
            return true;
        }

        for (var i = 0; i < submission.Drafts.Count; i++)
        {
            if (submission.Drafts[i].Draft is not { } draft || submission.TryAnswerKnown(i, draft, page))
            {
                continue;
            }

            Require(connection, draft, page);
            var foreseen = draft.Fact.Mode == Mode.Intended ? telling.Foresee(draft) : [];
            var verdict = Admission.Weigh(draft, foreseen, book, now);
            if (verdict.IsAdmitted)
            {
                var findings = verdict.Findings.Count == 0 ? null : verdict.Findings.ToList();
                Append(draft, submission, i, page, findings);
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
    private void Require(NpgsqlConnection connection, Draft draft, Page page)
    {
        while (true)
        {
            needs.Clear();
            needs.AddFor(draft, book, isAhead: false);
            if (needs.IsEmpty)
            {
                return;
            }

            Write(connection, page);
            Shelf.Fetch(connection, needs, book);
        }
    }

    private void Write(NpgsqlConnection connection, Page page)
    {
        page.Write(connection);
        var changes = book.Changes;
        var (names, orders) = Views.Write(connection, book.Register, changes);
        page.NamesChanged |= names;
        page.OrdersChanged |= orders;
        if (changes.Corrections.Count > 0)
        {
            connection.Execute("insert into correction (target, position) select * from unnest($1, $2)",
                Rows.Of(changes.Corrections.ConvertAll(c => c.Target.ToGuid()).ToArray()), Rows.Of(changes.Corrections.ConvertAll(c => c.Position).ToArray()));
        }

        changes.Clear();
    }

    private static void Documents(NpgsqlConnection connection, List<Submission> batch, EventTime recordedAt)
    {
        if (batch.TrueForAll(s => s.Arrived is null))
        {
            return;
        }

        var rows = new CopyRows("document", "id", "received_at", "sender", "media_type", "sha256", "facts", "admitted", "refused", "bytes", "findings", "mends");
        foreach (var submission in batch)
        {
            if (submission.Arrived is { } arrived)
            {
                rows.Row().Long(submission.DocumentId).Time(recordedAt.Microseconds).Text(submission.Sender).Text(arrived.MediaType).Bytes(arrived.Sha256)
                    .Int(submission.Drafts.Count).Int(submission.Admitted).Int(submission.Refused).Bytes(arrived.Bytes).Jsonb(submission.FindingsJson()).Long(submission.Mends);
            }
        }

        rows.Send(connection);
    }

    private void Finish(NpgsqlConnection connection, HeadRow head, Page page)
    {
        using var commands = new NpgsqlBatch(connection);
        var grew = page.Size > head.Size;
        head.NamesAt = page.NamesChanged ? page.Size : head.NamesAt;
        head.OrdersAt = page.OrdersChanged ? page.Size : head.OrdersAt;
        head.Size = page.Size;
        head.RecordedAt = grew ? page.RecordedAt.Microseconds : head.RecordedAt;
        (head.NextItem, head.NextLink) = (book.NextItem, book.NextLink);
        commands.BatchCommands.Add(new NpgsqlBatchCommand("""
            update head set size = $1, recorded_at = coalesce($2, recorded_at), next_item = $3, next_link = $4, next_document = $5, names_at = $6, orders_at = $7
            where ledger = 1
            """)
        {
            Parameters =
            {
                Rows.Of(head.Size), new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.TimestampTz, Value = grew ? page.RecordedAt.AsDateTimeOffset().UtcDateTime : DBNull.Value },
                Rows.Of(head.NextItem), Rows.Of(head.NextLink), Rows.Of(head.NextDocument), Rows.Of(head.NamesAt), Rows.Of(head.OrdersAt),
            },
        });
        if (grew)
        {
            commands.BatchCommands.Add(new NpgsqlBatchCommand("insert into batch (recorded_at, size) values ($1, $2)")
            {
                Parameters = { Rows.Of(page.RecordedAt.AsDateTimeOffset().UtcDateTime), Rows.Of(head.Size) },
            });
        }

        commands.BatchCommands.Add(new NpgsqlBatchCommand("commit"));
        commands.ExecuteNonQuery();
    }

    private const long PartitionSize = 10_000_000;

    // More than any batch brings.
    private const long PartitionAhead = 1_000_000;

    private static void Execute(NpgsqlConnection connection, string sql)
    {
        using var command = new NpgsqlCommand(sql, connection);
        command.ExecuteNonQuery();
    }

    /// <summary>The head row as we left it.</summary>
    private sealed class HeadRow
    {
        public long Size { get; set; }

        public long RecordedAt { get; set; }

        public long NextItem { get; set; }

        public long NextLink { get; set; }

        public long NextDocument { get; set; }

        public long NamesAt { get; set; }

        public long OrdersAt { get; set; }

        public int Told { get; init; }
    }
}
