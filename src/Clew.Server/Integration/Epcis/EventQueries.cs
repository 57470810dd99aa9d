using System.Buffers.Text;
using System.Globalization;
using System.Text;
using Clew.Epcis;
using Clew.Facts;
using Clew.Identification;
using Clew.Ledger;
using Clew.Server.Access;
using Clew.Server.Ledger;
using Clew.Server.MasterData;
using Npgsql;
using NpgsqlTypes;

namespace Clew.Server.Integration.Epcis;

/// <summary>Where a page of events ends, and what the whole answer is an answer of: every page tells of one and the same state of the ledger.</summary>
/// <param name="Known">The position before which entries count: what was recorded since stays out.</param>
/// <param name="Happened">Of the last event of the page before.</param>
/// <param name="Position">The same.</param>
/// <param name="Given">How many events were given so far.</param>
/// <param name="Key">In the order of a member of somebody's own, its key in hexadecimal digits; empty behind all that have the member.</param>
public readonly record struct PageToken(long Known, long Happened, long Position, int Given, string? Key = null)
{
    // The years 1 to 9999.
    internal const long Earliest = -62_135_596_800_000_000;
    internal const long Latest = 253_402_300_799_999_999;

    /// <summary>Of the longest key, in an address.</summary>
    private const int LengthMax = 800;

    /// <summary>As in an address.</summary>
    public override string ToString() => Base64Url.EncodeToString(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{Known}.{Happened}.{Position}.{Given}{(Key is null ? "" : ".")}{Key}")));

    /// <summary>Reads it back.</summary>
    public static PageToken? Read(string text)
    {
        if (text.Length > LengthMax || !Base64Url.IsValid(text))
        {
            return null;
        }

        var parts = Encoding.ASCII.GetString(Base64Url.DecodeFromChars(text)).Split('.');
        return parts is [var k, var h, var p, var g, .. var more] && long.TryParse(k, NumberStyles.None, CultureInfo.InvariantCulture, out var known)
            && long.TryParse(h, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var happened) && happened is >= Earliest and <= Latest
            && long.TryParse(p, NumberStyles.None, CultureInfo.InvariantCulture, out var position) && int.TryParse(g, NumberStyles.None, CultureInfo.InvariantCulture, out var given)
            && (more is [] || (more is [var key] && key.Length % 2 == 0 && key.All(char.IsAsciiHexDigit)))
            ? new PageToken(known, happened, position, given, more is [] ? null : more[0])
            : null;
    }
}

/// <summary>A page of events.</summary>
/// <param name="Events">In the order that was asked for.</param>
/// <param name="Next">Where the next page begins; nothing at the end.</param>
/// <param name="Known">The position before which entries count.</param>
public sealed record EventPage(IReadOnlyList<EpcisEvent> Events, PageToken? Next, long Known);

/// <summary>A query that cannot be answered as it stands.</summary>
public sealed class QueryRefusedException(Finding finding) : Exception(finding.ToString())
{
    /// <summary>Why.</summary>
    public Finding Finding { get; } = finding;
}

/// <summary>How much work one page may be.</summary>
/// <param name="LookedAt">Events looked at; what is not found by then is found on the next page.</param>
/// <param name="Time">How long one look into the index may take; what takes longer is too complex.</param>
public sealed record PageWork(int LookedAt, TimeSpan Time)
{
    /// <summary>Some seconds at most, whoever asks whatever.</summary>
    public static PageWork Usual { get; } = new(20_000, TimeSpan.FromSeconds(10));
}

/// <summary>
/// Answers queries for events. Terms find candidates in the order that is asked for, beginning with the rarest; the kernel decides which of
/// them are meant. A page is so much work at most, however many events there are: what is not found by then is found on the next page.
/// </summary>
public sealed class EventQueries(NpgsqlDataSource database, EventIndex index, Names names, PageWork work, ILogger<EventQueries> log)
{
    /// <summary>Events read at once.</summary>
    private const int StretchMax = 1_024;

    /// <summary>A term of fewer events than this is rare: all of its events can be put in order at once.</summary>
    private const int RareMax = 1_000;

    /// <summary>Positions of the ledger that one look passes over for somebody who follows it: so many rows of an index take no second.</summary>
    private const int FollowedMax = 100_000;

    /// <summary>Names that master data may mean by one condition.</summary>
    private const int MeantMax = 10_000;

    /// <summary>More events than the asker wants.</summary>
    public static readonly FindingKind TooLarge = new("query.tooLarge", Severity.Error,
        "The answer holds more than {0} events.", "Ask for fewer, or leave 'maxEventCount' out and take the answer page by page.",
        "结果超过 {0} 个事件。", "请缩小范围，或去掉 maxEventCount 并分页获取。");

    /// <summary>More work than one question may make.</summary>
    public static readonly FindingKind TooComplex = new("query.tooComplex", Severity.Error,
        "The query cannot be answered within {0} seconds.", "Narrow it: by an EPC, a place, a business step or a time.",
        "查询无法在 {0} 秒内完成。", "请缩小范围：例如限定 EPC、地点、业务步骤或时间。");

    // Look-ups by index from the rarest on; the planner knows too little of terms to be let choose.
    private const string Settings = "begin read only; set local enable_hashjoin = off; set local enable_mergejoin = off; set local enable_seqscan = off; set local enable_bitmapscan = off";

    /// <summary>One page of an answer.</summary>
    /// <param name="perPage">Events on it at most.</param>
    /// <param name="token">Where it begins; nothing for the first.</param>
    /// <param name="asSpelt">Names as their senders spelt them.</param>
    /// <exception cref="QueryRefusedException">Too large, or too complex.</exception>
    public async Task<EventPage> Page(EventQuery query, Caller caller, int perPage, PageToken? token, CancellationToken ct, bool asSpelt = false)
    {
        try
        {
            return await Answer(query, caller, perPage, token, asSpelt, ct);
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.QueryCanceled && !ct.IsCancellationRequested)
        {
            throw Complex();
        }
    }

    private QueryRefusedException Complex() => new(new Finding(TooComplex, "", work.Time.TotalSeconds.ToString(CultureInfo.InvariantCulture)));

    private async Task<EventPage> Answer(EventQuery query, Caller caller, int perPage, PageToken? token, bool asSpelt, CancellationToken ct)
    {
        var known = token?.Known ?? await index.Reach(ct);
        await using var connection = await database.OpenConnectionAsync(ct);
        await Resolve(connection, query, ct);
        var order = new Order(query.OrderBy == "recordTime", query.FieldOrder, query.IsDescending);
        var given = token?.Given ?? 0;
        if (query.MaxEventCount is { } max && token is null && max < work.LookedAt)
        {
            // What is too large is refused before anything of it is given; a larger bound is met on the way.
            RefuseBeyond(max, (await Find(connection, query, caller, order, max + 1, 0, known, null, asSpelt, ct)).Found.Count);
        }

        var take = Math.Min(perPage, (query.EventCountLimit ?? int.MaxValue) - given);
        var (page, next) = await Find(connection, query, caller, order, take, 0, known, token, asSpelt, ct);
        RefuseBeyond(query.MaxEventCount ?? int.MaxValue, given + page.Count);
        var isOver = query.EventCountLimit is { } limit && given + page.Count >= limit;
        return new EventPage([.. page.Select(e => e.Event!)], next is { } at && !isOver ? at with { Given = given + page.Count } : null, known);
    }

    /// <summary>What the database makes of the look-up of a first page (EXPLAIN), asked with these settings of its planner.</summary>
    internal async Task<string> Explain(EventQuery query, string settings, CancellationToken ct)
    {
        var known = await index.Reach(ct);
        await using var connection = await database.OpenConnectionAsync(ct);
        await Resolve(connection, query, ct);
        await using var plan = await Plan.Make(connection, query, new Order(query.OrderBy == "recordTime", query.FieldOrder, query.IsDescending), 0, known, work.Time, ct);
        await using var set = new NpgsqlCommand(settings, connection);
        await set.ExecuteNonQueryAsync(ct);
        await using var look = plan.Look(null, 31);
        look.CommandText = "explain (analyze, format json) " + look.CommandText;
        return (string)(await look.ExecuteScalarAsync(ct))!;
    }

    private static void RefuseBeyond(int max, int found)
    {
        if (found > max)
        {
            throw new QueryRefusedException(new Finding(TooLarge, "", max.ToString(CultureInfo.InvariantCulture)));
        }
    }

    // Looks up what a query asks of master data.
    private async Task Resolve(NpgsqlConnection connection, EventQuery query, CancellationToken ct)
    {
        foreach (var ask in query.Asks)
        {
            foreach (var name in await MasterDataView.Meant(connection, ask, MeantMax + 1, ct))
            {
                ask.Add(name);
            }

            if (ask.Names.Count > MeantMax)
            {
                throw Complex();
            }
        }
    }

    /// <summary>The events that are meant behind a position of the ledger, in the order of recording.</summary>
    /// <param name="from">The first position that is looked at.</param>
    /// <param name="max">Events at most.</param>
    /// <returns>Besides the events, where to go on, and up to where the index knows the ledger: there it is over.</returns>
    public async Task<(IReadOnlyList<EpcisEvent> Events, long Next, long Known)> Recorded(EventQuery query, Caller caller, long from, int max, CancellationToken ct)
    {
        var known = await index.Reach(ct);
        if (from >= known)
        {
            return ([], from, from);
        }

        await using var connection = await database.OpenConnectionAsync(ct);
        await Resolve(connection, query, ct);
        var until = Math.Min(known, from + FollowedMax);
        var (found, next) = await Find(connection, query, caller, new Order(IsByRecord: true, null, IsDescending: false), max, from, until, null, asSpelt: false, ct);
        return ([.. found.Select(f => f.Event!)], next is { } at ? at.Position + 1 : until, known);
    }

    /// <summary>In which order events come.</summary>
    private sealed record Order(bool IsByRecord, FieldOrder? Field, bool IsDescending);

    /// <summary>An event that may be meant.</summary>
    /// <param name="Key">In the order of a member of somebody's own: of what has the member.</param>
    private readonly record struct Candidate(byte[]? Key, long Happened, long Position);

    // Up to so many events that are meant, and where to go on if there may be more.
    private async Task<(List<StoredEvent> Found, PageToken? Next)> Find(NpgsqlConnection connection, EventQuery query, Caller caller, Order order, int take, long from, long until, PageToken? token, bool asSpelt, CancellationToken ct)
    {
        await using var plan = await Plan.Make(connection, query, order, from, until, work.Time, ct);
        var loading = new StoredEvents(connection, log, asSpelt);
        List<StoredEvent> found = [];
        var (at, lookedAt, bytes) = (order.Field is null || token?.Key is not null ? token : null, 0, 0L);
        while (true)
        {
            // One more than is asked for says whether there is a next page.
            var stretch = Math.Min(Math.Min(StretchMax, work.LookedAt), Math.Max(take - found.Count + 1, lookedAt));
            var candidates = await plan.Next(at, stretch, ct);
            var (stored, left) = await loading.Load([.. candidates.Select(c => c.Position)], ct);
            var events = stored.ToDictionary(s => s.Entry.Position);
            var visible = await Visible(connection, caller, stored, ct);
            foreach (var candidate in candidates)
            {
                if (found.Count == take || bytes > StoredEvents.BytesMax)
                {
                    return (found, at);
                }

                if (left.Count > 0 && candidate.Position == left[0])
                {
                    // Loaded next time.
                    break;
                }

                if (events.TryGetValue(candidate.Position, out var one) && one.Event is { } read && visible(one.Entry) && IsHere(order, candidate, read) && query.Matches(read))
                {
                    found.Add(one);
                    bytes += one.Bytes;
                }

                lookedAt++;
                at = new PageToken(until, candidate.Happened, candidate.Position, 0, candidate.Key is { } key ? Convert.ToHexString(key) : order.Field is null ? null : "");
            }

            if (left.Count == 0 && candidates.Count < stretch)
            {
                if (order.Field is null || at?.Key is "")
                {
                    return (found, null);
                }

                // Behind what has the member comes what has not.
                at = new PageToken(until, order.IsDescending ? PageToken.Latest : PageToken.Earliest, order.IsDescending ? long.MaxValue : 0, 0, "");
            }

            if (lookedAt >= work.LookedAt)
            {
                return (found, at);
            }
        }
    }

    // One of two members that are called the same, or the place of one that has none.
    private static bool IsHere(Order order, Candidate candidate, EpcisEvent read) =>
        order.Field is not { } field || (field.Key(read) is { } key ? candidate.Key is { } place && place.AsSpan().SequenceEqual(key) : candidate.Key is null);

    // An outsider sees what it said itself, and what happened to things while its party held them.
    private async Task<Func<Entry, bool>> Visible(NpgsqlConnection connection, Caller caller, IReadOnlyCollection<StoredEvent> stored, CancellationToken ct)
    {
        if (!caller.IsOutside)
        {
            return _ => true;
        }

        HashSet<long> held = [];
        if (caller.Party is { } party && (await names.Current(ct)).FindParty(party) is { } holder)
        {
            await using var command = new NpgsqlCommand("select distinct s.position from step s join item i on i.id = s.item where i.key = any($1) and s.position = any($2) and s.holder = $3 and s.unlearned is null", connection)
            {
                Parameters =
                {
                    new NpgsqlParameter<string[]> { TypedValue = [.. stored.SelectMany(s => s.Entry.Fact.Items.Concat(s.Entry.Fact.Inputs).Select(i => i.Item.Text).Append(s.Entry.Fact.Parent?.Text ?? "")).Distinct(StringComparer.Ordinal)] },
                    new NpgsqlParameter<long[]> { TypedValue = [.. stored.Select(s => s.Entry.Position)] },
                    new() { Value = holder.Number },
                },
            };
            await using var row = await command.ExecuteReaderAsync(ct);
            while (await row.ReadAsync(ct))
            {
                held.Add(row.GetInt64(0));
            }
        }

        return entry => entry.By == caller.Name || held.Contains(entry.Position);
    }

    /// <summary>How the candidates of a query are looked up, page after page, inside one transaction.</summary>
    private sealed class Plan : IAsyncDisposable
    {
        private readonly NpgsqlConnection connection;
        private readonly List<long[]> groups = [];
        private readonly Order order;
        private readonly long from;
        private readonly long until;
        private readonly (EventTime? From, EventTime? Until) happened;
        private long[]? positions;

        private Plan(NpgsqlConnection connection, EventQuery query, Order order, long from, long until) =>
            (this.connection, this.order, this.from, this.until, happened) = (connection, order, from, until, query.Happened);

        public static async Task<Plan> Make(NpgsqlConnection connection, EventQuery query, Order order, long from, long until, TimeSpan time, CancellationToken ct)
        {
            await Run(connection, string.Create(CultureInfo.InvariantCulture, $"{Settings}; set local statement_timeout = {time.TotalMilliseconds:0}"), ct);
            from = query.Recorded.From is { } first ? Math.Max(from, await Before(connection, first, ct)) : from;
            until = query.Recorded.Until is { } last ? Math.Min(until, await Before(connection, last, ct)) : until;
            var plan = new Plan(connection, query, order, from, until);
            if (query.EventIds is { } ids)
            {
                plan.positions = await ById(connection, ids, ct);
                return plan;
            }

            List<(int Count, long[] Terms)> found = [];
            foreach (var terms in query.Conditions.Select(c => c.FoundBy()).OfType<IReadOnlyList<long>>())
            {
                found.Add((await Count(connection, terms, ct), [.. terms]));
            }

            plan.groups.AddRange(found.OrderBy(f => f.Count).Select(f => f.Terms));
            if ((order.IsByRecord || order.Field is not null) && found.Count > 0 && found.Min(f => f.Count) is var rarest && rarest < RareMax)
            {
                plan.positions = await All(connection, plan.groups[0], ct);
            }

            return plan;
        }

        /// <summary>The next candidates in order.</summary>
        public async Task<List<Candidate>> Next(PageToken? after, int max, CancellationToken ct)
        {
            await using var command = Look(after, max);
            var candidates = new List<Candidate>();
            await using var row = await command.ExecuteReaderAsync(ct);
            while (await row.ReadAsync(ct))
            {
                candidates.Add(new Candidate(row.FieldCount == 3 ? row.GetFieldValue<byte[]>(2) : null, row.Micros(0), row.GetInt64(1)));
            }

            return candidates;
        }

        /// <summary>The statement that looks up the next candidates.</summary>
        public NpgsqlCommand Look(PageToken? after, int max)
        {
            var command = new NpgsqlCommand { Connection = connection };
            object Parameter(object value)
            {
                command.Parameters.Add(value is NpgsqlParameter parameter ? parameter : new NpgsqlParameter { Value = value });
                return "$" + command.Parameters.Count.ToString(CultureInfo.InvariantCulture);
            }

            var (direction, step) = order.IsDescending ? ("desc", "<") : ("asc", ">");
            var isSorted = order.Field is not null && after?.Key is not "";
            var by = order.IsByRecord ? $"e.position {direction}" : $"{(isSorted ? $"e.key {direction}, " : "")}e.happened {direction}, e.position {direction}";

            // A sum is in no index: what has another order must not be looked up by position, and sorted.
            var position = order.IsByRecord ? "e.position" : "e.position + 0";
            var where = new StringBuilder().Append(CultureInfo.InvariantCulture, $"{position} >= {Parameter(from)} and {position} < {Parameter(until)}");
            if (happened.From is { } first)
            {
                where.Append(CultureInfo.InvariantCulture, $" and e.happened >= {Parameter(Rows.Timestamp(first.Microseconds))}");
            }

            if (happened.Until is { } last)
            {
                where.Append(CultureInfo.InvariantCulture, $" and e.happened < {Parameter(Rows.Timestamp(last.Microseconds))}");
            }

            if (after is { } at)
            {
                where.Append(order.IsByRecord ? $" and e.position {step} {Parameter(at.Position)}"
                    : isSorted ? $" and (e.key, e.happened, e.position) {step} ({Parameter(Convert.FromHexString(at.Key!))}, {Parameter(Rows.Timestamp(at.Happened))}, {Parameter(at.Position)})"
                    : $" and (e.happened, e.position) {step} ({Parameter(Rows.Timestamp(at.Happened))}, {Parameter(at.Position)})");
            }

            // The rarest leads, unless the order is one that its rows do not have.
            var leads = positions is null && !order.IsByRecord && !isSorted && groups.Count > 0;
            foreach (var terms in groups.Skip(leads ? 1 : 0))
            {
                where.Append(CultureInfo.InvariantCulture, $" and exists (select 1 from posting x where x.term = any({Parameter(Longs(terms))}) and x.happened = e.happened and x.position = e.position)");
            }

            var limit = Parameter(max);
            command.CommandText = !leads
                ? $"select e.happened, e.position{(isSorted ? ", e.key" : "")} from {(isSorted ? $"sorted e where e.term = {Parameter(order.Field!.Term)} and " : "event e where ")}{(positions is null ? "" : $"e.position = any({Parameter(Longs(positions))}) and ")}{where} order by {by} limit {limit}"
                : groups[0] is [var only]
                ? $"select e.happened, e.position from posting e where e.term = {Parameter(only)} and {where} order by {by} limit {limit}"
                : $"""
                  select distinct e.happened, e.position
                  from unnest({Parameter(Longs(groups[0]))}) t (term)
                  cross join lateral (select e.happened, e.position from posting e where e.term = t.term and {where} order by {by} limit {limit}) e
                  order by {by} limit {limit}
                  """;
            return command;
        }

        public async ValueTask DisposeAsync() => await Run(connection, "rollback", CancellationToken.None);

        // The first position that was not recorded before this moment.
        private static async Task<long> Before(NpgsqlConnection connection, EventTime moment, CancellationToken ct)
        {
            await using var command = new NpgsqlCommand("select size from batch where recorded_at < $1 order by recorded_at desc, size desc limit 1", connection) { Parameters = { new() { Value = Rows.Timestamp(moment.Microseconds) } } };
            return await command.ExecuteScalarAsync(ct) as long? ?? 0;
        }

        // The event, and what declares that it does not stand.
        private static async Task<long[]> ById(NpgsqlConnection connection, IReadOnlyCollection<string> ids, CancellationToken ct)
        {
            await using var command = new NpgsqlCommand("select position from known where key = any($1) union select position from correction where target = any($1)", connection)
            {
                Parameters = { new NpgsqlParameter<Guid[]> { TypedValue = [.. ids.Select(i => FactAsEvent.Key(i).ToGuid())] } },
            };
            return await Positions(command, ct);
        }

        private static async Task<int> Count(NpgsqlConnection connection, IReadOnlyList<long> terms, CancellationToken ct)
        {
            await using var command = new NpgsqlCommand("select count(*)::int from (select 1 from posting where term = any($1) limit $2) p", connection) { Parameters = { Longs(terms), new() { Value = RareMax } } };
            return (int)(await command.ExecuteScalarAsync(ct))!;
        }

        private static async Task<long[]> All(NpgsqlConnection connection, long[] terms, CancellationToken ct)
        {
            await using var command = new NpgsqlCommand("select distinct position from posting where term = any($1)", connection) { Parameters = { Longs(terms) } };
            return await Positions(command, ct);
        }

        private static async Task<long[]> Positions(NpgsqlCommand command, CancellationToken ct)
        {
            List<long> positions = [];
            await using var row = await command.ExecuteReaderAsync(ct);
            while (await row.ReadAsync(ct))
            {
                positions.Add(row.GetInt64(0));
            }

            return [.. positions];
        }

        private static NpgsqlParameter<long[]> Longs(IReadOnlyList<long> values) => new() { TypedValue = [.. values], NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bigint };

        private static async Task Run(NpgsqlConnection connection, string sql, CancellationToken ct)
        {
            await using var command = new NpgsqlCommand(sql, connection);
            await command.ExecuteNonQueryAsync(ct);
        }
    }

    /// <summary>Names of a list, from one on.</summary>
    public async Task<List<string>> Mentioned(Mention kind, string after, int max, CancellationToken ct)
    {
        await index.Reach(ct);
        await using var command = database.CreateCommand("select name from mention where kind = $1 and name > $2 order by name limit $3");
        command.Parameters.Add(new() { Value = (short)kind });
        return await Texts(command, after, max, ct);
    }

    /// <summary>Whether an event names it.</summary>
    public async Task<bool> IsMentioned(Mention kind, string name, CancellationToken ct)
    {
        await index.Reach(ct);
        await using var command = database.CreateCommand("select 1 from mention where kind = $1 and name = $2");
        command.Parameters.Add(new() { Value = (short)kind });
        command.Parameters.Add(new() { Value = name });
        return await command.ExecuteScalarAsync(ct) is not null;
    }

    /// <summary>Things that the ledger knows, by their canonical texts, from one on.</summary>
    /// <param name="heldBy">Only what this party held; nothing means all.</param>
    public async Task<List<string>> Things(string after, int max, string? heldBy, CancellationToken ct)
    {
        int? holder = heldBy is null ? null : (await names.Current(ct)).FindParty(heldBy)?.Number ?? 0;
        await using var command = database.CreateCommand($"select key from item i where granularity = any($1) and key > $2 {(holder is null ? "" : "and exists (select 1 from step s where s.item = i.id and s.holder = $4 and s.unlearned is null)")} order by key limit $3");
        command.Parameters.Add(new NpgsqlParameter<short[]> { TypedValue = [(short)Granularity.Unit, (short)Granularity.LogisticUnit] });
        if (holder is null)
        {
            return await Texts(command, after, max, ct);
        }

        command.Parameters.Add(new() { Value = after });
        command.Parameters.Add(new() { Value = max });
        command.Parameters.Add(new() { Value = holder });
        return await Read(command, ct);
    }

    /// <summary>Every company prefix that a URN showed.</summary>
    public async Task<HashSet<string>> CompanyPrefixes(CancellationToken ct)
    {
        await using var command = database.CreateCommand("select digits from company_prefix");
        return [.. await Read(command, ct)];
    }

    private static Task<List<string>> Texts(NpgsqlCommand command, string after, int max, CancellationToken ct)
    {
        command.Parameters.Add(new() { Value = after });
        command.Parameters.Add(new() { Value = max });
        return Read(command, ct);
    }

    private static async Task<List<string>> Read(NpgsqlCommand command, CancellationToken ct)
    {
        List<string> texts = [];
        await using var row = await command.ExecuteReaderAsync(ct);
        while (await row.ReadAsync(ct))
        {
            texts.Add(row.GetString(0));
        }

        return texts;
    }
}
