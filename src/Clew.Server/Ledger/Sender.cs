namespace Clew.Server.Ledger;

/// <summary>Commits batches on a thread of its own, one at a time, while the next is told.</summary>
internal sealed class Sender : IDisposable
{
    private readonly object gate = new();
    private readonly Thread thread;
    private readonly Action<Batch> commit;
    private Batch? batch;
    private Exception? failure;
    private bool isOver;

    /// <summary>Starts it.</summary>
    public Sender(Action<Batch> commit)
    {
        this.commit = commit;
        thread = new Thread(Run) { IsBackground = true, Name = "ledger sender" };
        thread.Start();
    }

    /// <summary>Takes a batch; the one before must have been waited for.</summary>
    public void Send(Batch next)
    {
        lock (gate)
        {
            (batch, failure) = (next, null);
            Monitor.PulseAll(gate);
        }
    }

    /// <summary>Waits until what was sent is on disk. What went wrong, or nothing.</summary>
    public Exception? Wait()
    {
        lock (gate)
        {
            while (batch is not null)
            {
                Monitor.Wait(gate);
            }

            return failure;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (gate)
        {
            isOver = true;
            Monitor.PulseAll(gate);
        }

        thread.Join();
    }

    private void Run()
    {
        while (true)
        {
            lock (gate)
            {
                while (batch is null && !isOver)
                {
                    Monitor.Wait(gate);
                }

                if (batch is null)
                {
                    return;
                }
            }

            Exception? wrong = null;
            try
            {
                commit(batch);
            }
#pragma warning disable CA1031 // Whatever it is, the writer must hear of it: it tells the batch again under the lock.
            catch (Exception e)
#pragma warning restore CA1031
            {
                wrong = e;
            }

            lock (gate)
            {
                (batch, failure) = (null, wrong);
                Monitor.PulseAll(gate);
            }
        }
    }
}
