using System.Globalization;
using Clew.Capture;
using Clew.Epcis;
using Clew.Facts;
using Clew.Identification;
using Clew.Ledger;
using Clew.Lifecycle;
using Clew.MasterData;
using Clew.Server.Ledger;
using Clew.Server.MasterData;
using Npgsql;
using NpgsqlTypes;

namespace Clew.Server.Lifecycle;

/// <summary>How things stand, or stood, with one item.</summary>
/// <param name="Id">In our tables.</param>
/// <param name="Product">Nothing for a pallet.</param>
/// <param name="Place">Where it is; in transit, where it is bound for.</param>
/// <param name="Holder">Who has it; in transit, the consignee.</param>
/// <param name="Holds">The orders that hold it.</param>
/// <param name="Since">When its last step happened; nothing for an item that has none as of then.</param>
/// <param name="Irregular">What the rules did not expect of its last step.</param>
public sealed record ItemStanding(
    long Id, Identity Identity, Product? Product, Stage Stage, Hold Hold, IReadOnlyList<HoldInForce> Holds,
    Place? Place, Party? Holder, DateOnly? Expires, Marks Marks, DateTimeOffset? Since, Irregularity Irregular)
{
    /// <summary>Whether deeds are blocked.</summary>
    public bool IsHeld => Hold is Hold.Containment or Hold.RecallLock;
}

/// <summary>A hold or lock on an item.</summary>
/// <param name="Case">Number of the hold or recall.</param>
/// <param name="Position">The entry that placed it.</param>
public sealed record HoldInForce(string Case, bool IsLock, long Position);

/// <summary>One step of a life, as people look at it.</summary>
/// <param name="Entry">What was said, by whom, recorded when.</param>
/// <param name="Role">As what the item took part.</param>
/// <param name="At">Where it stands in the order of the world.</param>
/// <param name="Learned">The position from which it was told like this; later than the entry's own when a late fact changed it.</param>
/// <param name="IsStruck">The fact was taken back by a correction: shown, and counted no more.</param>
public sealed record Moment(
    Entry Entry, Role Role, Sequence At, Stage BeforeStage, Hold BeforeHold, Stage Stage, Hold Hold,
    Place? Place, Party? Holder, Irregularity Irregular, long Learned, bool IsStruck);

/// <summary>A stretch of a timeline, the newest first.</summary>
/// <param name="Next">Where the next stretch begins; nothing at the end.</param>
public sealed record Timeline(IReadOnlyList<Moment> Moments, TimelineCursor? Next);

/// <summary>A point of a timeline.</summary>
public readonly record struct TimelineCursor(long Happened, long Tie, long Position)
{
    // The years 1 to 9999.
    private const long TimeMin = -62_135_596_800_000_000;
    private const long TimeMax = 253_402_300_799_999_999;

    /// <summary>As in an address.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Happened}.{Tie}.{Position}");

    /// <summary>Reads it back.</summary>
    public static TimelineCursor? Read(string? text)
    {
        var parts = text?.Split('.');
        return parts is [var h, var t, var p] && long.TryParse(h, CultureInfo.InvariantCulture, out var happened) && happened is >= TimeMin and <= TimeMax && long.TryParse(t, CultureInfo.InvariantCulture, out var tie) && long.TryParse(p, CultureInfo.InvariantCulture, out var position)
            ? new TimelineCursor(happened, tie, position)
            : null;
    }
}

/// <summary>The certificate that a unit is bound to.</summary>
public sealed record BoundCertificate(string Number, string Sha256, long Position);

/// <summary>How much of a lot came, went and lies where.</summary>
/// <param name="Kind">By what sort of fact.</param>
/// <param name="Place">At which place; nothing when nobody said.</param>
public sealed record LotMovement(Kind Kind, Place? Place, decimal Quantity);

/// <summary>What a search found.</summary>
/// <param name="Items">Units, lots and logistic units.</param>
/// <param name="Products">Products whose name, model or code it is.</param>
/// <param name="Next">The id to go on from; nothing at the end.</param>
public sealed record SearchResult(IReadOnlyList<ItemStanding> Items, IReadOnlyList<Product> Products, long? Next)
{
    /// <summary>The entry whose sender's id it is.</summary>
    public Entry? Entry { get; init; }
}

/// <summary>Answers what an item is, how it stands with it, and what happened to it.</summary>
public sealed class LifeQueries(NpgsqlDataSource database, Names names, LedgerQueries ledger)
{
    private const string StandingColumns = "i.id, i.key, i.granularity, i.product, s.happened, s.place, s.holder, s.stage, s.hold, s.marks, s.irregular, s.expires, s.holds";

    // Names that share so many letters are not what anybody looks for.
    private const int ProductsMax = 20;

    /// <summary>The item of that name, or nothing when nobody ever spoke of it.</summary>
    public async Task<ItemStanding?> Find(Identity identity, AsOf asOf, CancellationToken ct)
    {
        var found = await Standings("where i.key = @key", c => c.Parameters.AddWithValue("key", identity.Text), asOf, ct);
        return found.Count == 0 ? null : found[0];
    }

    /// <summary>Those of these names of which anybody ever spoke, in no order.</summary>
    public async Task<List<ItemStanding>> Find(IReadOnlyCollection<Identity> identities, CancellationToken ct) =>
        identities.Count == 0 ? [] : await Standings("where i.key = any(@keys)", c => c.Parameters.AddWithValue("keys", identities.Select(i => i.Text).ToArray()), AsOf.Now, ct);

    /// <summary>Items by id, in the order of the ids.</summary>
    public Task<List<ItemStanding>> Standing(IReadOnlyCollection<long> ids, AsOf asOf, CancellationToken ct) =>
        Standings("where i.id = any(@ids) order by i.id", c => c.Parameters.AddWithValue("ids", ids.ToArray()), asOf, ct);

    /// <summary>
    /// What somebody means who scans or types this: a whole identity in any form, a product, a bare serial or lot, its beginning, or a name.
    /// </summary>
    /// <param name="asOf">How things stood with what is found; what was first spoken of later is found as well, and nothing is known of it then.</param>
    /// <param name="after">The id after which to go on; 0 at the beginning.</param>
    public async Task<SearchResult> Search(string text, AsOf asOf, long after, int max, CancellationToken ct)
    {
        var register = await names.Current(ct);
        var read = Identity.Read(text);
        if (!read.IsRead && text.Trim() is var bare && bare.Length < text.Length)
        {
            // A code is read as it came, for a blank can be its check character. Of what is none, blanks around it are a slip of the hand.
            text = bare;
            read = Identity.Read(text);
        }

        if (read.IsRead && read.Value.Granularity is Granularity.Unit or Granularity.Lot or Granularity.LogisticUnit)
        {
            // The id of an event is a URI, and so may be the name of a thing.
            var exact = await Find(read.Value, asOf, ct);
            return new SearchResult(exact is null ? [] : [exact], [], null) { Entry = exact is null && after == 0 ? await ledger.Said(FactAsEvent.Key(text), ct) : null };
        }

        if (read.IsRead && read.Value.Granularity == Granularity.Product)
        {
            // Everything of the product: its units and lots follow its own name.
            var units = await Standings("where i.key > coalesce((select key from item where id = @after), @from) and i.key < @to order by i.key limit @max", c =>
            {
                c.Parameters.AddWithValue("from", read.Value.Text + "/");
                c.Parameters.AddWithValue("to", read.Value.Text + "0");
                c.Parameters.AddWithValue("after", after);
                c.Parameters.AddWithValue("max", max + 1);
            }, asOf, ct);
            return Page(units, register.FindProduct(read.Value.Text) is { } product ? [product] : [], max);
        }

        var items = text.Length == 0 ? [] : await Standings("where i.instance >= @from and i.instance < @to and (@after = 0 or (i.instance, i.id) > ((select instance from item where id = @after), @after)) order by i.instance, i.id limit @max", c =>
        {
            c.Parameters.AddWithValue("from", text);
            c.Parameters.AddWithValue("to", text + "\uffff");
            c.Parameters.AddWithValue("after", after);
            c.Parameters.AddWithValue("max", max + 1);
        }, asOf, ct);
        return Page(items, after > 0 ? [] : [.. register.Products.Where(p => IsCalled(p, text)).Take(ProductsMax)], max);
    }

    /// <summary>Whether there is an item of this number: where a list is said to go on.</summary>
    public async Task<bool> IsItem(long id, CancellationToken ct)
    {
        await using var command = database.CreateCommand("select 1 from item where id = $1");
        command.Parameters.Add(new() { Value = id });
        return await command.ExecuteScalarAsync(ct) is not null;
    }

    /// <summary>Those of these items that this party holds or ever held, to the best of what we believe now.</summary>
    public async Task<HashSet<long>> HeldBy(string? party, IReadOnlyCollection<long> items, CancellationToken ct)
    {
        var register = await names.Current(ct);
        if (party is null || register.FindParty(party) is not { } known)
        {
            return [];
        }

        await using var command = database.CreateCommand("select distinct item from step where item = any($1) and holder = $2 and unlearned is null");
        command.Parameters.Add(new NpgsqlParameter<long[]> { TypedValue = [.. items] });
        command.Parameters.Add(new() { Value = known.Number });
        await using var row = await command.ExecuteReaderAsync(ct);
        var held = new HashSet<long>();
        while (await row.ReadAsync(ct))
        {
            held.Add(row.GetInt64(0));
        }

        return held;
    }

    /// <summary>What happened to it, the newest first.</summary>
    /// <param name="heldBy">Only while this party held it: what an outsider may see. Nothing means all.</param>
    public async Task<Timeline> Timeline(long item, AsOf asOf, TimelineCursor? before, int max, string? heldBy, CancellationToken ct)
    {
        var register = await names.Current(ct);
        await using var connection = await database.OpenConnectionAsync(ct);
        var until = asOf.Happened is null ? "" : "and s.happened <= @happened";
        await using var command = new NpgsqlCommand($"""
            with believed as (
                select s.*, lag(s.stage) over w as before_stage, lag(s.hold) over w as before_hold, false as struck
                from step s where s.item = @item and {LedgerQueries.Believed("s", "coalesce(s.learned, s.position)", asOf)} {until}
                window w as (order by s.happened, s.tie)
            ),
            struck as (
                select distinct on (s.position) s.*, null::smallint, null::smallint, true
                from step s
                where s.item = @item and s.role < 6 and s.unlearned is not null {(asOf.Known is null ? "" : "and s.position <= @known and s.unlearned <= @known")} {until}
                  and not exists (select 1 from believed b where b.position = s.position)
                order by s.position, s.unlearned desc
            )
            select happened, tie, position, place, holder, irregular, role, stage, hold, coalesce(learned, position), before_stage, before_hold, struck
            from (select * from believed union all select * from struck) t
            where (@first or (happened, tie, position) < (@at, @tie, @position)) and (@holder is null or holder = @holder)
            order by happened desc, tie desc, position desc
            limit @max
            """, connection);
        LedgerQueries.Fill(command, asOf);
        command.Parameters.AddWithValue("item", item);
        command.Parameters.AddWithValue("first", before is null);
        command.Parameters.AddWithValue("at", NpgsqlDbType.TimestampTz, Rows.Timestamp(before?.Happened ?? 0));
        command.Parameters.AddWithValue("tie", before?.Tie ?? 0);
        command.Parameters.AddWithValue("position", before?.Position ?? 0);
        command.Parameters.AddWithValue("max", max + 1);
        command.Parameters.AddWithValue("holder", NpgsqlDbType.Integer, heldBy is null ? DBNull.Value : register.FindParty(heldBy)?.Number ?? 0);
        var steps = new List<(Sequence At, long Position, Place? Place, Party? Holder, Irregularity Irregular, Role Role, Stage Stage, Hold Hold, long Learned, Stage BeforeStage, Hold BeforeHold, bool IsStruck)>();
        await using (var row = await command.ExecuteReaderAsync(ct))
        {
            while (await row.ReadAsync(ct))
            {
                steps.Add((
                    new Sequence(row.Micros(0), row.GetInt64(1)), row.GetInt64(2),
                    row.IntOrNull(3) is { } place ? register.PlaceOf(place) : null, row.IntOrNull(4) is { } holder ? register.PartyOf(holder) : null,
                    (Irregularity)row.GetInt32(5), (Role)row.GetInt16(6), (Stage)row.GetInt16(7), (Hold)row.GetInt16(8), row.GetInt64(9),
                    row.IsDBNull(10) ? Stage.None : (Stage)row.GetInt16(10), row.IsDBNull(11) ? Hold.None : (Hold)row.GetInt16(11), row.GetBoolean(12)));
            }
        }

        var more = steps.Count > max;
        if (more)
        {
            steps.RemoveAt(max);
        }

        var entries = (await ledger.Entries([.. steps.Select(s => s.Position).Distinct()], ct)).ToDictionary(e => e.Position);
        var moments = steps.ConvertAll(s => new Moment(entries[s.Position], s.Role, s.At, s.BeforeStage, s.BeforeHold, s.Stage, s.Hold, s.Place, s.Holder, s.Irregular, s.Learned, s.IsStruck));
        return new Timeline(moments, more ? new TimelineCursor(steps[^1].At.Happened, steps[^1].At.Tie, steps[^1].Position) : null);
    }

    /// <summary>The certificates bound to it: one, unless somebody reported a second.</summary>
    public async Task<List<BoundCertificate>> Certificates(long item, AsOf asOf, CancellationToken ct)
    {
        await using var command = database.CreateCommand($"select c.number, c.sha256, c.position from certificate c where c.item = @item and {LedgerQueries.Believed("c", "c.position", asOf)} order by c.position");
        LedgerQueries.Fill(command, asOf with { Happened = null });
        command.Parameters.AddWithValue("item", item);
        await using var row = await command.ExecuteReaderAsync(ct);
        var found = new List<BoundCertificate>();
        while (await row.ReadAsync(ct))
        {
            found.Add(new BoundCertificate(row.GetString(0), Convert.ToHexStringLower(row.GetFieldValue<byte[]>(1)), row.GetInt64(2)));
        }

        return found;
    }

    /// <summary>How much of a lot came and went, by kind of fact and place. All rows of a place sum to what lies there.</summary>
    public async Task<List<LotMovement>> Movements(long lot, AsOf asOf, CancellationToken ct)
    {
        var register = await names.Current(ct);
        await using var command = database.CreateCommand($"""
            select q.kind, q.place, sum(q.delta)
            from quantity q
            where q.lot = @lot and {LedgerQueries.Believed("q", "q.position", asOf)} {(asOf.Happened is null ? "" : "and q.happened <= @happened")}
            group by q.kind, q.place
            order by q.kind, q.place
            """);
        LedgerQueries.Fill(command, asOf);
        command.Parameters.AddWithValue("lot", lot);
        await using var row = await command.ExecuteReaderAsync(ct);
        var movements = new List<LotMovement>();
        while (await row.ReadAsync(ct))
        {
            movements.Add(new LotMovement(Vocabulary.Of(row.GetInt16(0)), row.IntOrNull(1) is { } place ? register.PlaceOf(place) : null, row.GetDecimal(2)));
        }

        return movements;
    }

    private async Task<List<ItemStanding>> Standings(string where, Action<NpgsqlCommand> fill, AsOf asOf, CancellationToken ct)
    {
        var register = await names.Current(ct);
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var command = new NpgsqlCommand($"select {StandingColumns} from item i left join lateral {LedgerQueries.LastStep("i.id", asOf)} s on true {where}", connection);
        LedgerQueries.Fill(command, asOf);
        fill(command);
        var rows = new List<(ItemStanding Item, int[]? Holds)>();
        await using (var row = await command.ExecuteReaderAsync(ct))
        {
            while (await row.ReadAsync(ct))
            {
                var identity = Identity.Read(row.GetString(1), "", (Granularity)row.GetInt16(2)).Value;
                var product = row.IntOrNull(3) is { } number ? register.ProductOf(number) : null;
                rows.Add(row.IsDBNull(4)
                    ? (new ItemStanding(row.GetInt64(0), identity, product, Stage.None, Hold.None, [], null, null, null, Marks.None, null, Irregularity.None), null)
                    : (new ItemStanding(
                        row.GetInt64(0), identity, product, (Stage)row.GetInt16(7), (Hold)row.GetInt16(8), [],
                        row.IntOrNull(5) is { } place ? register.PlaceOf(place) : null, row.IntOrNull(6) is { } holder ? register.PartyOf(holder) : null,
                        row.IsDBNull(11) ? null : row.GetFieldValue<DateOnly>(11), (Marks)row.GetInt16(9), row.Moment(4), (Irregularity)row.GetInt32(10)),
                        row.IsDBNull(12) ? null : row.GetFieldValue<int[]>(12)));
            }
        }

        var orders = await Orders(connection, [.. rows.SelectMany(r => r.Holds ?? []).Distinct()], ct);
        return rows.ConvertAll(r => r.Holds is null ? r.Item : r.Item with { Holds = [.. r.Holds.Select(n => orders[n])] });
    }

    private static async Task<Dictionary<int, HoldInForce>> Orders(NpgsqlConnection connection, int[] numbers, CancellationToken ct)
    {
        var orders = new Dictionary<int, HoldInForce>();
        if (numbers.Length == 0)
        {
            return orders;
        }

        await using var command = new NpgsqlCommand("select number, case_number, is_lock, position from hold_order where number = any($1)", connection) { Parameters = { new NpgsqlParameter<int[]> { TypedValue = numbers } } };
        await using var row = await command.ExecuteReaderAsync(ct);
        while (await row.ReadAsync(ct))
        {
            orders[row.GetInt32(0)] = new HoldInForce(row.GetString(1), row.GetBoolean(2), row.GetInt64(3));
        }

        return orders;
    }

    private static SearchResult Page(List<ItemStanding> found, IReadOnlyList<Product> products, int max)
    {
        var more = found.Count > max;
        if (more)
        {
            found.RemoveAt(max);
        }

        return new SearchResult(found, products, more ? found[^1].Id : null);
    }

    private static bool IsCalled(Product product, string text) =>
        text.Length > 1
        && (product.Identity.ProductCode.Contains(text, StringComparison.OrdinalIgnoreCase)
            || (product.Description is { } d && (d.NameEn.Contains(text, StringComparison.OrdinalIgnoreCase) || d.NameZh.Contains(text, StringComparison.Ordinal) || d.Model.Contains(text, StringComparison.OrdinalIgnoreCase))));
}
