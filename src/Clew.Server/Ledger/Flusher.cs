namespace Clew.Server.Ledger;

/// <summary>
/// Waits until what was committed is on disk, one flush for all that was committed meanwhile, and only then answers its senders.
/// </summary>
/// <remarks>
/// Batches are committed without waiting for the disk, so that the next is written while the last is flushed. What is flushed later
/// stands later in PostgreSQL's own log, so whoever was answered lost nothing that he built on.
/// </remarks>
internal sealed class Flusher : IDisposable
{
    /// <summary>Batches that wait for the disk. Beyond it no more are committed: a disk that stumbles must not fill our memory.</summary>
    private const int BatchesMax = 8;

    private readonly object gate = new();
    private readonly Thread thread;
    private readonly Action flush;
    private readonly List<Submission> lost = [];
    private List<Submission> committed = [];
    private TaskCompletionSource bell = NewBell();
    private int batches;
    private bool isOver;

    /// <summary>Starts it.</summary>
    /// <param name="flush">Returns when everything that was committed before the call is on disk.</param>
    public Flusher(Action flush)
    {
        this.flush = flush;
        thread = new Thread(Run) { IsBackground = true, Name = "ledger flusher" };
        thread.Start();
    }

    /// <summary>Completes when there is something to take by <see cref="TakeLost"/>.</summary>
    public Task Bell
    {
        get
        {
            lock (gate)
            {
                return bell.Task;
            }
        }
    }

    /// <summary>Takes what was committed; waits while too much of it waits for the disk.</summary>
    public void Add(List<Submission> submissions)
    {
        lock (gate)
        {
            while (batches >= BatchesMax)
            {
                Monitor.Wait(gate);
            }

            committed.AddRange(submissions);
            batches++;
            Monitor.PulseAll(gate);
        }
    }

    /// <summary>Submissions of which nobody knows whether they reached the disk: told again, they are found there or go in once more.</summary>
    public List<Submission> TakeLost()
    {
        lock (gate)
        {
            if (lost.Count == 0)
            {
                return [];
            }

            var taken = new List<Submission>(lost);
            lost.Clear();
            bell = NewBell();
            return taken;
        }
    }

    /// <summary>Flushes and answers what waits, then stops.</summary>
    public void Dispose()
    {
        lock (gate)
        {
            isOver = true;
            Monitor.PulseAll(gate);
        }

        thread.Join();
    }

    private static TaskCompletionSource NewBell() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private void Run()
    {
        while (true)
        {
            List<Submission> mine;
            lock (gate)
            {
                while (batches == 0 && !isOver)
                {
                    Monitor.Wait(gate);
                }

                if (batches == 0)
                {
                    return;
                }

                (mine, committed, batches) = (committed, [], 0);
                Monitor.PulseAll(gate);
            }

            try
            {
                flush();
                mine.ForEach(s => s.Complete());
            }
#pragma warning disable CA1031 // Whatever it is, the writer must hear of it: it tells them again.
            catch
#pragma warning restore CA1031
            {
                lock (gate)
                {
                    lost.AddRange(mine);
                    bell.TrySetResult();
                }
            }
        }
    }
}
