using Clew.Epcis;
using Clew.Facts;
using Clew.Server.Ledger;
using Npgsql;

namespace Clew.Server.Integration.Epcis;

/// <summary>Which list of the REST interface a name stands in.</summary>
public enum Mention : short
{
    /// <summary>Types of events of somebody's own.</summary>
    EventType = 1,

    /// <summary>Business steps.</summary>
    BizStep = 2,

    /// <summary>Dispositions.</summary>
    Disposition = 3,

    /// <summary>Read points.</summary>
    ReadPoint = 4,

    /// <summary>Business locations.</summary>
    BizLocation = 5,
}

/// <summary>
/// Follows the ledger and writes down what its events are found by. It is no part of the writer's batch: capture does not wait for it, and
/// whoever asks has it come up to what was captured before (<see cref="Reach"/>). Emptied, it tells everything again.
/// </summary>
/// <remarks>The lock of one row is the lease: of several servers one follows, and when it goes another does.</remarks>
public sealed class EventIndex(NpgsqlDataSource database, ILogger<EventIndex> log) : BackgroundService
{
    /// <summary>Raised when events are found by other terms than before: then all of them are told again.</summary>
    public const int Rules = 2;

    /// <summary>Entries told by one transaction.</summary>
    private const int PageMax = 512;

    /// <summary>While more than so many entries a look come in, and the index is not further behind than <see cref="LagMax"/>, it leaves the processors to those who capture.</summary>
    private const int BusyMin = 200;

    /// <summary>Whoever asks waits for no more entries than this.</summary>
    private const int LagMax = 50_000;

    /// <summary>Names kept in memory that are known to be written down.</summary>
    private const int SeenMax = 100_000;

    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(200);

    /// <summary>How long a question waits for the index; then it is answered as of where the index is, and says so.</summary>
    private static readonly TimeSpan ReachMax = TimeSpan.FromSeconds(5);

    private readonly SemaphoreSlim turn = new(1);
    private readonly HashSet<(Mention Kind, string Name)> seen = [];
    private readonly HashSet<string> prefixes = new(StringComparer.Ordinal);

    /// <summary>Has the index come up to what is in the ledger now, and says up to which position it is.</summary>
    public async Task<long> Reach(CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        var (size, position) = await Stand(connection, ct);
        var until = DateTime.UtcNow + ReachMax;
        while (position < size && DateTime.UtcNow < until)
        {
            await Follow(ct);
            (_, position) = await Stand(connection, ct);
        }

        return position;
    }

    /// <summary>Forgets everything, so that it is told again.</summary>
    public static async Task Empty(NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand("truncate event, posting, sorted, mention, company_prefix, element, attribute, child; update followed set position = 0", connection);
        await command.ExecuteNonQueryAsync(ct);
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        turn.Dispose();
        base.Dispose();
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var (last, looked) = (0L, Environment.TickCount64);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                long size, position;
                await using (var connection = await database.OpenConnectionAsync(stoppingToken))
                {
                    (size, position) = await Stand(connection, stoppingToken);
                }

                // One look's worth of work, then it looks again whether somebody captures.
                var now = Environment.TickCount64;
                var isBusy = (size - last) * LookEvery.TotalMilliseconds > BusyMin * Math.Max(now - looked, 1) && size - position < LagMax;
                (last, looked) = (size, now);
                while (!isBusy && position < size && Environment.TickCount64 - now < LookEvery.TotalMilliseconds && await Follow(stoppingToken))
                {
                    position += PageMax;
                }

                if (isBusy || position >= size)
                {
                    await Task.Delay(LookEvery, stoppingToken);
                }
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
#pragma warning disable CA1031 // Whatever it is, it is tried again: the ledger stands, and questions say where the index is.
            catch (Exception e)
#pragma warning restore CA1031
            {
                log.LogWarning(e, "The index of events could not follow; it tries again");
                await Task.Delay(LookEvery * 10, stoppingToken);
            }
        }
    }

    private static async Task<(long Size, long Position)> Stand(NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand("select h.size, case when f.rules = $1 then f.position else 0 end from head h, followed f where h.ledger = 1", connection) { Parameters = { new() { Value = Rules } } };
        await using var row = await command.ExecuteReaderAsync(ct);
        await row.ReadAsync(ct);
        return (row.GetInt64(0), row.GetInt64(1));
    }

    private static async Task<long> Size(NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand("select size from head where ledger = 1", connection);
        return (long)(await command.ExecuteScalarAsync(ct))!;
    }

    // One page. False when there is nothing to tell.
    private async Task<bool> Follow(CancellationToken ct)
    {
        await turn.WaitAsync(ct);
        try
        {
            await using var connection = await database.OpenConnectionAsync(ct);
            await using var transaction = await connection.BeginTransactionAsync(ct);
            long position;
            int rules;
            await using (var lease = new NpgsqlCommand("select position, rules from followed for update", connection))
            await using (var row = await lease.ExecuteReaderAsync(ct))
            {
                await row.ReadAsync(ct);
                (position, rules) = (row.GetInt64(0), row.GetInt32(1));
            }

            if (rules != Rules || position == 0)
            {
                seen.Clear();
                prefixes.Clear();
            }

            if (rules != Rules)
            {
                await Empty(connection, ct);
                position = 0;
            }

            var size = await Size(connection, ct);
            if (position >= size)
            {
                return false;
            }

            // Those that cannot be told are passed over: what is behind them must be found. What came in since the size was asked waits.
            var count = Math.Min(PageMax, size - position);
            var (entries, left) = await new StoredEvents(connection, log).Load(position, count, ct);
            var next = left.Count > 0 ? left[0] : position + count;
            Tell(connection, entries);
            await MasterDataView.Tell(connection, entries, ct);
            await using (var move = new NpgsqlCommand("update followed set position = $1, rules = $2", connection) { Parameters = { new() { Value = next }, new() { Value = Rules } } })
            {
                await move.ExecuteNonQueryAsync(ct);
            }

            await transaction.CommitAsync(ct);
            return true;
        }
        catch
        {
            // What was noted as written may not be.
            seen.Clear();
            prefixes.Clear();
            throw;
        }
        finally
        {
            turn.Release();
        }
    }

    private void Tell(NpgsqlConnection connection, List<StoredEvent> entries)
    {
        using var writes = new Writes();
        var events = writes.To("event", "position bigint", "happened timestamptz");
        var postings = writes.To("posting", "term bigint", "happened timestamptz", "position bigint");
        var places = writes.To("sorted", "term bigint", "key bytea", "happened timestamptz", "position bigint");
        List<(Mention Kind, string Name)> mentions = [];
        List<string> digits = [];
        foreach (var (entry, read, _) in entries)
        {
            if (read is null || MasterDataView.IsMasterData(read))
            {
                continue;
            }

            var happened = read.Members.Text("eventTime") is { } text && EventTime.TryRead(text, out var time) ? time.Microseconds : entry.Fact.Happened.Microseconds;
            events.Row().Long(entry.Position).Time(happened);
            var (terms, keys) = FoundBy(entry.Position, read);
            foreach (var term in terms)
            {
                postings.Row().Long(term).Time(happened).Long(entry.Position);
            }

            foreach (var (term, key) in keys)
            {
                places.Row().Long(term).Bytes(key).Time(happened).Long(entry.Position);
            }

            Note(mentions, Mention.EventType, read.Type == EventTypes.Extended ? read.TypeName : null);
            Note(mentions, Mention.BizStep, read.BizStep);
            Note(mentions, Mention.Disposition, read.Disposition);
            Note(mentions, Mention.ReadPoint, Place(read, "readPoint"));
            Note(mentions, Mention.BizLocation, Place(read, "bizLocation"));
            digits.AddRange(FactAsEvent.PrefixesOf(entry.Fact).Where(prefixes.Add));
        }

        if (mentions.Count > 0)
        {
            writes.Then("insert into mention (kind, name) select * from unnest($1, $2) on conflict do nothing",
                Rows.Of(mentions.ConvertAll(m => (short)m.Kind).ToArray()), Rows.Of(mentions.ConvertAll(m => m.Name).ToArray()));
        }

        if (digits.Count > 0)
        {
            writes.Then("insert into company_prefix (digits) select * from unnest($1) on conflict do nothing", Rows.Of(digits.ToArray()));
        }

        writes.Send(connection);
        if (seen.Count > SeenMax)
        {
            seen.Clear();
        }
    }

    // A mistake of ours in one event must not hold up all that come behind it: that one is found by its time only.
    private (IReadOnlyCollection<long> Terms, IReadOnlyList<(long Term, byte[] Key)> Keys) FoundBy(long position, EpcisEvent read)
    {
        try
        {
            return (EventTerms.Of(read), [.. FieldOrder.Keys(read)]);
        }
#pragma warning disable CA1031 // Whatever it is.
        catch (Exception e)
#pragma warning restore CA1031
        {
            log.LogError(e, "The event at {Position} cannot be indexed: it is found by its time only", position);
            return ([], []);
        }
    }

    private static string? Place(EpcisEvent read, string name) => (read.Members[name] as Group)?.Text("id") is { } id ? VocabularyElement.NameOf(id) : null;

    private void Note(List<(Mention, string)> mentions, Mention kind, string? name)
    {
        if (name is not null && seen.Add((kind, name)))
        {
            mentions.Add((kind, name));
        }
    }
}
