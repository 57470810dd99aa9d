using System.Threading.Channels;
using Clew.Identification;
using Clew.Server.Capture;
using Npgsql;

namespace Clew.Server.Ledger;

/// <summary>
/// The one way into the ledger. Submissions queue up, are taken in batches, and each batch is one transaction: move the head under
/// its lock, write what was told, commit. A receipt means that it is on disk.
/// </summary>
/// <remarks>
/// <para>
/// While one batch is on its way to the disk (<see cref="Sender"/>), the next is looked up, weighed and told (<see cref="Teller"/>)
/// on what that one will leave. When that comes to nothing, it is told again under the head's lock.
/// </para>
/// <para>
/// Several servers may write to one database: whoever holds the head row's lock appends. What lies on our table is good as long
/// as the head stands where we left it; when another server moved it, the table is cleared and fetched anew.
/// It runs on a thread of its own and waits on the database without giving it up: one who tells, nothing to share.
/// </para>
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
    private readonly ILogger<LedgerWriter> log;
    private readonly Channel<Submission> queue = Channel.CreateBounded<Submission>(new BoundedChannelOptions(QueueMax) { SingleReader = true });
    private readonly Teller teller;
    private readonly Sender sender;
    private readonly Flusher flusher;
    private readonly Thread thread;

    // One to look things up, one that appends meanwhile, and one that waits for the disk.
    private NpgsqlConnection? reading;
    private NpgsqlConnection? writing;
    private NpgsqlConnection? flushing;
    private Batch? onItsWay;

    /// <summary>Starts the writer on this database.</summary>
    public LedgerWriter(NpgsqlDataSource database, TimeProvider clock, ILogger<LedgerWriter> log)
    {
        this.database = database;
        this.log = log;
        teller = new Teller(clock);
        sender = new Sender(b => Commit(b, Writing()));
        flusher = new Flusher(Flush);
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
        sender.Dispose();
        flusher.Dispose();
        flusher.TakeLost().ForEach(s => s.Fail(new IOException("The server stopped before the disk had answered; send it again under the same id.")));
        teller.Dispose();
        Close(ref reading);
        Close(ref writing);
        Close(ref flushing);
    }

    private void Run()
    {
        while (true)
        {
            if (flusher.TakeLost() is { Count: > 0 } lost)
            {
                Settle();
                Forget();
                Commit(lost);
                continue;
            }

            if (!queue.Reader.TryPeek(out _))
            {
                Settle();
                var arrival = queue.Reader.WaitToReadAsync().AsTask();
                if (Task.WhenAny(arrival, flusher.Bell).GetAwaiter().GetResult() == arrival && !arrival.GetAwaiter().GetResult())
                {
                    return;
                }

                continue;
            }

            var batch = new List<Submission>();
            Gather(batch);
            var told = TellAhead(batch);
            if (told?.Inside is not null)
            {
                continue;
            }

            if (Settle() && told is not null)
            {
                onItsWay = told;
                sender.Send(told);
            }
            else
            {
                told?.Dispose();
                Commit(batch);
            }
        }
    }

    // While the batch before is on its way to the disk. It is committed already when it had to take the lock on the way, and nothing
    // comes back when it is to be told under the lock from the beginning.
    private Batch? TellAhead(List<Submission> batch)
    {
        if ((teller.IsFull && !Settle()) || !teller.MayTellAhead)
        {
            return null;
        }

        teller.Tidy();
        try
        {
            var told = teller.Tell(batch, Connected(ref reading), onItsWay, Settle, Writing, isAhead: true);
            if (told?.Inside is not { } inside)
            {
                return told;
            }

            using (told)
            {
                Commit(told, inside);
            }

            return told;
        }
#pragma warning disable CA1031 // Whatever it is: told again under the lock, it is answered there.
        catch (Exception e)
#pragma warning restore CA1031
        {
            log.LogInformation(e, "A batch could not be told ahead; it is told again under the lock");
            Settle();
            Forget();
            return null;
        }
    }

    // Waits until nothing is on its way. What could not be committed is told again under the lock; false, because what was told on top is void then.
    private bool Settle()
    {
        if (onItsWay is not { } batch)
        {
            return true;
        }

        var failure = sender.Wait();
        onItsWay = null;
        batch.Dispose();
        if (failure is null)
        {
            return true;
        }

        if (failure is PostgresException { SqlState: Head.MovedState })
        {
            // Closing it rolls back, and cannot fail for a line that broke.
            Close(ref writing);
            teller.Overtaken(batch);
        }
        else
        {
            log.LogInformation(failure, "A batch could not be committed ahead; it is told again under the lock");
            Forget();
        }

        Commit(batch.Submissions);
        return false;
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

    // Under the head's lock from the beginning. Told again without a document that asked for all or nothing and got an error on the way.
    private void Append(List<Submission> submissions)
    {
        Batch? batch;
        do
        {
            var connection = Writing();
            batch = teller.Tell(submissions, connection, null, () => true, () => connection, isAhead: false);
        }
        while (batch is null);
        using (batch)
        {
            Commit(batch, batch.Inside!);
        }

        teller.Tidy();
    }

    private void Forget()
    {
        teller.Forget();
        Close(ref reading);
        Close(ref writing);
    }

    private void Commit(Batch batch, NpgsqlConnection connection)
    {
        batch.Commit(connection);
        flusher.Add(batch.Submissions);
    }

    // A commit waits until the disk has it and all that stands before it in PostgreSQL's log: that of whatever batches were
    // committed till now as well. A message in that log is the least that there is to commit.
    private void Flush()
    {
        try
        {
            Connected(ref flushing).Execute("select pg_logical_emit_message(true, 'clew', '')");
        }
        catch
        {
            Close(ref flushing);
            throw;
        }
    }

    // All that a batch asks is look-ups of some thousand keys. The planner knows little of tables that grow by the minute, and would
    // at times rather read a whole one than descend an index a thousand times.
    private const string ByIndex = "set enable_seqscan = off; set enable_hashjoin = off; set enable_mergejoin = off; set plan_cache_mode = force_generic_plan";

    // It does not wait for the disk by itself: see Flush.
    private NpgsqlConnection Writing()
    {
        if (writing is null)
        {
            Connected(ref writing).Execute("set synchronous_commit = off");
        }

        return writing!;
    }

    private NpgsqlConnection Connected(ref NpgsqlConnection? connection)
    {
        if (connection is null)
        {
            connection = database.OpenConnection();
            connection.Execute(ByIndex);
        }

        return connection;
    }

    private static void Close(ref NpgsqlConnection? connection)
    {
        connection?.Dispose();
        connection = null;
    }
}
