using Clew.Capture;
using Clew.Facts;
using Clew.Genealogy;
using Clew.Identification;
using Clew.Ledger;
using Clew.Lifecycle;
using Clew.Server.Ledger;
using Clew.Server.Recall;
using Npgsql;
using NpgsqlTypes;

namespace Clew.Server.Capture;

/// <summary>Fetches from the tables what <see cref="Needs"/> asks for, each sort in one round trip, and lays it into the book.</summary>
internal static class Shelf
{
    private const string StandingColumns = "s.happened, s.tie, s.place, s.holder, s.stage, s.marks, s.expires, s.holds";

    /// <summary>Fetches one round of needs. What was fetched may lead to more.</summary>
    /// <param name="before">Entries from this position on have not been told yet: they are no targets of a correction.</param>
    public static void Fetch(NpgsqlConnection connection, Needs needs, Book book, long before = long.MaxValue)
    {
        if (needs.Names.Count > 0)
        {
            using var batch = new NpgsqlBatch(connection) { BatchCommands = { AskNames(needs) } };
            using var row = batch.ExecuteReader();
            LayNames(row, needs, book);
        }

        if (needs.Items.Count > 0)
        {
            using var batch = new NpgsqlBatch(connection) { BatchCommands = { AskItems("i.id = any($1)", Ids(needs.Items)) } };
            using var row = batch.ExecuteReader();
            Items(row, book);
        }

        if (needs.Parts.Count > 0)
        {
            var parts = Links(connection, "parent = any($1) and nature <> 2", needs.Parts).ToLookup(l => l.Parent);
            var gaps = Gaps(connection, needs.Parts);
            foreach (var id in needs.Parts)
            {
                book.PutParts(id, [.. parts[id]], [.. gaps[id]]);
            }
        }

        Lay(connection, needs.Wholes, "child = any($1) and nature <> 2", l => l.Child, book.PutWholes);
        Lay(connection, needs.Contents, "parent = any($1) and nature = 2", l => l.Parent, book.PutContents);
        Lay(connection, needs.Containers, "child = any($1) and nature = 2", l => l.Child, book.PutContainers);
        Lives(connection, needs.Lives, book);
        foreach (var draft in needs.Scopes)
        {
            book.PutScope(draft.Key, ScopeQueries.CaughtBy(connection, draft));
        }

        foreach (var target in needs.Targets)
        {
            book.PutTarget(target, Target(connection, target, before));
        }

        foreach (var subject in needs.Unknowns)
        {
            book.PutUnknowns(subject.Text, Unknown(connection, book, subject));
        }
    }

    /// <summary>Asks for the items of the names that are needed, beside other questions; <see cref="LayNames"/> takes the answer.</summary>
    public static NpgsqlBatchCommand AskNames(Needs needs) => AskItems("i.key = any($1)", new NpgsqlParameter<string[]> { TypedValue = [.. needs.Names] });

    /// <summary>Lays the items that were asked for by name into the book, and the names that nobody ever met.</summary>
    public static void LayNames(NpgsqlDataReader row, Needs needs, Book book)
    {
        Items(row, book);
        foreach (var name in needs.Names)
        {
            if (!book.TryFind(name, out _))
            {
                book.PutNew(Identity.Read(name).Value);
            }
        }
    }

    private static NpgsqlBatchCommand AskItems(string where, NpgsqlParameter parameter) =>
        new($"""
            select i.id, i.key, i.product, {StandingColumns}, i.granularity
            from item i
            left join lateral (
                select * from step s where s.item = i.id and s.unlearned is null order by s.happened desc, s.tie desc limit 1
            ) s on true
            where {where}
            """) { Parameters = { parameter } };

    private static void Items(NpgsqlDataReader row, Book book)
    {
        while (row.Read())
        {
            var product = row.IsDBNull(2) ? null : book.Register.ProductOf(row.GetInt32(2));
            var standing = row.IsDBNull(3) ? Standing.Unknown : StandingOf(row, 5, book);
            var last = row.IsDBNull(3) ? Sequence.Beginning : new Sequence(row.Micros(3), row.GetInt64(4));
            book.PutItem(row.GetInt64(0), Identity.Read(row.GetString(1), "", (Granularity)row.GetInt16(11)).Value, product, standing, last);
        }
    }

    // place, holder, stage, marks, expires, holds
    private static Standing StandingOf(NpgsqlDataReader row, int at, Book book)
    {
        var holds = row.IsDBNull(at + 5) ? default : new HoldOrders(Array.ConvertAll(row.GetFieldValue<int[]>(at + 5), book.Order));
        return new Standing(
            (Stage)row.GetInt16(at + 2),
            row.IsDBNull(at) ? null : book.Register.PlaceOf(row.GetInt32(at)),
            row.IsDBNull(at + 1) ? null : book.Register.PartyOf(row.GetInt32(at + 1)),
            holds,
            (Marks)row.GetInt16(at + 3),
            row.IsDBNull(at + 4) ? null : row.GetFieldValue<DateOnly>(at + 4));
    }

    private static void Lay(NpgsqlConnection connection, HashSet<long> ids, string where, Func<Link, long> by, Action<long, List<Link>> put)
    {
        if (ids.Count == 0)
        {
            return;
        }

        var links = Links(connection, where, ids).ToLookup(by);
        foreach (var id in ids)
        {
            put(id, [.. links[id]]);
        }
    }

    private static List<Link> Links(NpgsqlConnection connection, string where, HashSet<long> ids)
    {
        using var command = new NpgsqlCommand($"""
            select id, child, child_granularity, child_product, parent, parent_granularity, nature, quantity,
                   from_at, from_tie, to_at, to_tie, fitted, removed, irregular, learned
            from link
            where {where} and unlearned is null
            order by id
            """, connection) { Parameters = { Ids(ids) } };
        using var row = command.ExecuteReader();
        var links = new List<Link>();
        while (row.Read())
        {
            links.Add(new Link(
                row.GetInt64(0), row.GetInt64(1), (Granularity)row.GetInt16(2), row.GetInt32(3), row.GetInt64(4), (Granularity)row.GetInt16(5), (Nature)row.GetInt16(6),
                row.IsDBNull(7) ? null : row.GetDecimal(7),
                row.SequenceOrNull(8), row.SequenceOrNull(10), row.LongOrNull(12), row.LongOrNull(13), (Irregularity)row.GetInt32(14), row.GetInt64(15)));
        }

        return links;
    }

    private static ILookup<long, int> Gaps(NpgsqlConnection connection, HashSet<long> ids)
    {
        using var command = new NpgsqlCommand("select item, product from gap where item = any($1) and unlearned is null", connection) { Parameters = { Ids(ids) } };
        using var row = command.ExecuteReader();
        var gaps = new List<(long Item, int Product)>();
        while (row.Read())
        {
            gaps.Add((row.GetInt64(0), row.GetInt32(1)));
        }

        return gaps.ToLookup(g => g.Item, g => g.Product);
    }

    private static void Lives(NpgsqlConnection connection, HashSet<long> ids, Book book)
    {
        if (ids.Count == 0)
        {
            return;
        }

        var rows = new List<(long Item, Sequence At, long Position, Role Role, Standing After, Irregularity Irregular, long Learned)>();
        using (var command = new NpgsqlCommand($"""
            select s.item, s.position, s.role, s.irregular, s.learned, {StandingColumns}
            from step s
            where s.item = any($1) and s.unlearned is null
            order by s.item, s.happened, s.tie
            """, connection) { Parameters = { Ids(ids) } })
        using (var row = command.ExecuteReader())
        {
            while (row.Read())
            {
                var position = row.GetInt64(1);
                rows.Add((row.GetInt64(0), new Sequence(row.Micros(5), row.GetInt64(6)), position, (Role)row.GetInt16(2), StandingOf(row, 7, book), (Irregularity)row.GetInt32(3), row.LongOrNull(4) ?? position));
            }
        }

        var happenings = Entries(connection, [.. rows.Select(r => r.Position).Distinct()]).ToDictionary(e => e.Position, book.Recollect);
        var lives = rows.ToLookup(r => r.Item);
        foreach (var id in ids)
        {
            book.PutLife(id, [.. lives[id].Select(r => new Step(r.At, r.Position, r.Role, happenings[r.Position], r.After, r.Irregular, r.Learned))]);
        }
    }

    /// <summary>The entries at these positions.</summary>
    public static List<Entry> Entries(NpgsqlConnection connection, long[] positions)
    {
        using var command = new NpgsqlCommand("select position, body from entry where position = any($1)", connection) { Parameters = { new NpgsqlParameter<long[]> { TypedValue = positions } } };
        using var row = command.ExecuteReader();
        var entries = new List<Entry>();
        while (row.Read())
        {
            entries.Add(EntryBytes.Read(row.GetInt64(0), row.GetFieldValue<byte[]>(1)));
        }

        return entries;
    }

    /// <summary>So many entries from this position on, in order and with all their items: as they are told again; and how many bytes they have.</summary>
    public static (List<Entry> Entries, long Bytes) Entries(NpgsqlConnection connection, long from, long count)
    {
        var (entries, bytes) = (new List<Entry>(), 0L);
        using (var command = new NpgsqlCommand("select position, body from entry where position >= $1 and position < $2 order by position", connection) { Parameters = { new() { Value = from }, new() { Value = from + count } } })
        using (var row = command.ExecuteReader())
        {
            while (row.Read())
            {
                var body = row.GetFieldValue<byte[]>(1);
                entries.Add(EntryBytes.Read(row.GetInt64(0), body));
                bytes += body.Length;
            }
        }

        return (entries.ConvertAll(e => Whole(connection, e)), bytes);
    }

    private static Entry? Target(NpgsqlConnection connection, EntryKey key, long before)
    {
        long position;
        using (var find = new NpgsqlCommand("select position from known where key = $1 and position < $2", connection) { Parameters = { new() { Value = key.ToGuid() }, new() { Value = before } } })
        {
            if (find.ExecuteScalar() is not long found)
            {
                return null;
            }

            position = found;
        }

        return Whole(connection, Entries(connection, [position])[0]);
    }

    // With what stands beside it.
    private static Entry Whole(NpgsqlConnection connection, Entry entry) => entry with
    {
        Fact = Draft.Whole(entry.Fact, sha256 =>
        {
            using var list = new NpgsqlCommand("select body from attachment where sha256 = $1", connection) { Parameters = { new() { Value = Convert.FromHexString(sha256) } } };
            return (byte[])list.ExecuteScalar()!;
        }),
    };

    // Items with steps that were told without knowing this product, party or place.
    private static List<long> Unknown(NpgsqlConnection connection, Book book, Identity subject)
    {
        var (where, number) = subject.Granularity switch
        {
            Granularity.Place => ("s.place = $1 or s.irregular & 4096 <> 0", book.Register.FindPlace(subject.Text)?.Number),
            Granularity.Party => ("s.holder = $1", book.Register.FindParty(subject.Text)?.Number),
            _ => ("exists (select 1 from item i where i.id = s.item and i.product = $1)", book.Register.FindProduct(subject.Text)?.Number),
        };
        using var command = new NpgsqlCommand($"select distinct s.item from step s where s.irregular & 14336 <> 0 and s.unlearned is null and ({where}) order by 1", connection)
        {
            Parameters = { new() { Value = number ?? 0 } },
        };
        using var row = command.ExecuteReader();
        var items = new List<long>();
        while (row.Read())
        {
            items.Add(row.GetInt64(0));
        }

        return items;
    }

    private static NpgsqlParameter<long[]> Ids(HashSet<long> ids) => new() { TypedValue = [.. ids], NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bigint };
}
