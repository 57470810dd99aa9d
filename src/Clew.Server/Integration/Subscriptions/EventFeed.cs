using Clew.Epcis;
using Clew.Server.Access;
using Clew.Server.Integration.Epcis;
using Clew.Server.Ledger;

namespace Clew.Server.Integration.Subscriptions;

/// <summary>The events of a stretch of the ledger that meet a query.</summary>
/// <param name="From">Its first position.</param>
/// <param name="Next">The position behind it.</param>
/// <param name="Size">Up to where the ledger is known: at the end of the stretch there is nothing more when it is reached.</param>
public sealed record Stretch(IReadOnlyList<EpcisEvent> Events, long From, long Next, long Size);

/// <summary>
/// The ledger as a stream of events, in the order of recording. Positions have no gaps and come into sight in their order, so that
/// whoever goes on from where they were misses nothing.
/// </summary>
public sealed class EventFeed(SavedQueries queries, EventQueries events, LedgerQueries ledger)
{
    /// <summary>The next events for this caller, so many at most; nothing when there is no such query any more.</summary>
    public async Task<Stretch?> Take(string query, Caller caller, long from, int max, CancellationToken ct)
    {
        if (await queries.Find(query, caller, ct) is not { } saved || SavedQueries.Read(saved.Query, out _) is not { IsRead: true } read)
        {
            return null;
        }

        // Found by the index as for any query: nobody reads all that was recorded once for each of a thousand subscribers.
        var (found, next, known) = await events.Recorded(read.Value, caller, from, max, ct);
        return new Stretch(found, from, next, known);
    }

    /// <summary>The size of the ledger: where a feed begins that asks for nothing older.</summary>
    public Task<long> Size(CancellationToken ct) => ledger.Size(ct);

    /// <summary>The first position that was recorded at this moment or later.</summary>
    public async Task<long> From(Facts.EventTime moment, CancellationToken ct) => await ledger.KnownAt(moment with { Microseconds = moment.Microseconds - 1 }, ct) + 1;
}
