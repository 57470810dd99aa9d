using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Clew.Ledger;
using Npgsql;

namespace Clew.Server.Ledger;

/// <summary>
/// Rows in the binary form of PostgreSQL's COPY, put together in one buffer and sent in one piece. A few rows go as an insert
/// instead (<see cref="AsInsert"/>): a COPY costs two round trips of its own, an insert rides along with others.
/// </summary>
/// <remarks>
/// Npgsql's importer resolves a converter for every value; a batch of ours has a hundred thousand values of seven types, and
/// that was half of the writer's time. The form is fixed by PostgreSQL's manual (COPY, Binary Format) and has not changed since 7.4.
/// </remarks>
internal sealed class CopyRows : IDisposable
{
    // Between PostgreSQL's beginning of time, 2000, and that of Unix.
    private const long Epoch = 946_684_800_000_000;

    private const decimal NumericBase = 10_000;

    private static readonly byte[] Header = [.. "PGCOPY\n"u8, 0xFF, 0x0D, 0x0A, 0, 0, 0, 0, 0, 0, 0, 0, 0];
    private static readonly int FirstDay = new DateOnly(2000, 1, 1).DayNumber;

    private readonly string table;
    private readonly (string Name, string Type)[] columns;
    private byte[] buffer = ArrayPool<byte>.Shared.Rent(16 * 1024);
    private int length;

    /// <summary>Begins.</summary>
    /// <param name="table">Whose columns these are.</param>
    /// <param name="columns">Names with their types, in the order in which their values are given.</param>
    public CopyRows(string table, params string[] columns)
    {
        this.table = table;
        this.columns = Array.ConvertAll(columns, c => (c[..c.IndexOf(' ', StringComparison.Ordinal)], c[(c.IndexOf(' ', StringComparison.Ordinal) + 1)..]));
        Header.CopyTo(buffer, 0);
        length = Header.Length;
    }

    /// <summary>How many rows there are.</summary>
    public int Count { get; private set; }

    /// <summary>The next row; its values follow.</summary>
    public CopyRows Row()
    {
        BinaryPrimitives.WriteInt16BigEndian(Take(2), (short)columns.Length);
        Count++;
        return this;
    }

    /// <summary>Nothing.</summary>
    public CopyRows Null()
    {
        BinaryPrimitives.WriteInt32BigEndian(Take(4), -1);
        return this;
    }

    /// <summary>A bigint.</summary>
    public CopyRows Long(long value)
    {
        var span = Take(12);
        BinaryPrimitives.WriteInt32BigEndian(span, 8);
        BinaryPrimitives.WriteInt64BigEndian(span[4..], value);
        return this;
    }

    /// <summary>A bigint, or nothing.</summary>
    public CopyRows Long(long? value) => value is { } known ? Long(known) : Null();

    /// <summary>An integer.</summary>
    public CopyRows Int(int value)
    {
        var span = Take(8);
        BinaryPrimitives.WriteInt32BigEndian(span, 4);
        BinaryPrimitives.WriteInt32BigEndian(span[4..], value);
        return this;
    }

    /// <summary>An integer, or nothing.</summary>
    public CopyRows Int(int? value) => value is { } known ? Int(known) : Null();

    /// <summary>A smallint.</summary>
    public CopyRows Short(int value)
    {
        var span = Take(6);
        BinaryPrimitives.WriteInt32BigEndian(span, 2);
        BinaryPrimitives.WriteInt16BigEndian(span[4..], checked((short)value));
        return this;
    }

    /// <summary>A timestamptz, from microseconds since 1970.</summary>
    public CopyRows Time(long micros) => Long(micros - Epoch);

    /// <summary>A timestamptz, or nothing.</summary>
    public CopyRows Time(long? micros) => micros is { } known ? Time(known) : Null();

    /// <summary>A timestamptz and its tie, in two columns.</summary>
    public CopyRows Sequence(Sequence at) => Time(at.Happened).Long(at.Tie);

    /// <summary>The same, or nothing in both.</summary>
    public CopyRows Sequence(Sequence? at) => Time(at?.Happened).Long(at?.Tie);

    /// <summary>A date, or nothing.</summary>
    public CopyRows Date(DateOnly? value) => value is { } known ? Int(known.DayNumber - FirstDay) : Null();

    /// <summary>A uuid.</summary>
    public CopyRows Uuid(Guid value)
    {
        var span = Take(20);
        BinaryPrimitives.WriteInt32BigEndian(span, 16);
        value.TryWriteBytes(span[4..], bigEndian: true, out _);
        return this;
    }

    /// <summary>A text.</summary>
    public CopyRows Text(string value)
    {
        var count = Encoding.UTF8.GetByteCount(value);
        BinaryPrimitives.WriteInt32BigEndian(Take(4), count);
        Encoding.UTF8.GetBytes(value, Take(count));
        return this;
    }

    /// <summary>A jsonb from its text, or nothing.</summary>
    public CopyRows Jsonb(string? value)
    {
        if (value is null)
        {
            return Null();
        }

        // One byte of version stands before the text.
        var count = Encoding.UTF8.GetByteCount(value);
        BinaryPrimitives.WriteInt32BigEndian(Take(4), count + 1);
        Take(1)[0] = 1;
        Encoding.UTF8.GetBytes(value, Take(count));
        return this;
    }

    /// <summary>A bytea.</summary>
    public CopyRows Bytes(ReadOnlySpan<byte> value)
    {
        BinaryPrimitives.WriteInt32BigEndian(Take(4), value.Length);
        value.CopyTo(Take(value.Length));
        return this;
    }

    /// <summary>A numeric, or nothing.</summary>
    public CopyRows Numeric(decimal? value)
    {
        if (value is not { } known)
        {
            return Null();
        }

        // Digits of base 10,000 from the highest; the weight of the first; the sign; how many decimal places are shown.
        var whole = decimal.Truncate(Math.Abs(known));
        var part = Math.Abs(known) - whole;
        var digits = new List<short>();
        for (; whole > 0; whole = decimal.Truncate(whole / NumericBase))
        {
            digits.Insert(0, (short)(whole % NumericBase));
        }

        var weight = Math.Max(digits.Count - 1, part > 0 ? -1 : 0);
        for (; part > 0; part -= decimal.Truncate(part))
        {
            part *= NumericBase;
            digits.Add((short)part);
        }

        BinaryPrimitives.WriteInt32BigEndian(Take(4), 8 + (digits.Count * 2));
        foreach (var word in (ReadOnlySpan<short>)[(short)digits.Count, (short)weight, (short)(known < 0 ? 0x4000 : 0), known.Scale])
        {
            BinaryPrimitives.WriteInt16BigEndian(Take(2), word);
        }

        foreach (var digit in digits)
        {
            BinaryPrimitives.WriteInt16BigEndian(Take(2), digit);
        }

        return this;
    }

    /// <summary>An array of bigints.</summary>
    public CopyRows Longs(long[] values)
    {
        BinaryPrimitives.WriteInt32BigEndian(Take(4), 20 + (values.Length * 12));
        foreach (var head in (ReadOnlySpan<int>)[1, 0, 20, values.Length, 1])
        {
            BinaryPrimitives.WriteInt32BigEndian(Take(4), head);
        }

        foreach (var value in values)
        {
            Long(value);
        }

        return this;
    }

    /// <summary>An array of integers, or nothing.</summary>
    public CopyRows Ints(int[]? values)
    {
        if (values is null)
        {
            return Null();
        }

        // Length; dimensions, no nulls, the type's oid; the one dimension's length and lower bound; then each with its length.
        BinaryPrimitives.WriteInt32BigEndian(Take(4), 20 + (values.Length * 8));
        foreach (var head in (ReadOnlySpan<int>)[1, 0, 23, values.Length, 1])
        {
            BinaryPrimitives.WriteInt32BigEndian(Take(4), head);
        }

        foreach (var value in values)
        {
            Int(value);
        }

        return this;
    }

    /// <summary>Sends all rows by COPY.</summary>
    public void Send(NpgsqlConnection connection)
    {
        BinaryPrimitives.WriteInt16BigEndian(Take(2), -1);
        using var stream = connection.BeginRawBinaryCopy($"copy {table} ({string.Join(", ", columns.Select(c => c.Name))}) from stdin (format binary)");
        stream.Write(buffer, 0, length);
    }

    /// <summary>The same rows as one statement, each column an array.</summary>
    public NpgsqlBatchCommand AsInsert()
    {
        // Arrays of arrays would be flattened by unnest, and jsonb has no array in Npgsql: both go as their texts.
        var names = string.Join(", ", columns.Select(c => c.Name));
        var values = string.Join(", ", columns.Select(c => IsText(c.Type) ? $"{c.Name}::{c.Type}" : c.Name));
        var arrays = string.Join(", ", columns.Select((c, i) => string.Create(CultureInfo.InvariantCulture, $"${i + 1}::{(IsText(c.Type) ? "text" : c.Type)}[]")));
        var command = new NpgsqlBatchCommand($"insert into {table} ({names}) select {values} from unnest({arrays}) u ({names})");
        var starts = new int[Count * columns.Length];
        var at = Header.Length;
        for (var i = 0; i < starts.Length; i++)
        {
            at += i % columns.Length == 0 ? 2 : 0;
            starts[i] = at;
            at += 4 + Math.Max(0, BinaryPrimitives.ReadInt32BigEndian(buffer.AsSpan(at)));
        }

        for (var column = 0; column < columns.Length; column++)
        {
            command.Parameters.Add(Parameter(column, starts));
        }

        return command;
    }

    /// <summary>Gives its memory back for the next batch.</summary>
    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(buffer);
        buffer = [];
    }

    private static bool IsText(string type) => type is "jsonb" or "integer[]" or "bigint[]" or "numeric";

    private NpgsqlParameter Parameter(int column, int[] starts) => columns[column].Type switch
    {
        "bigint" => Values(column, starts, f => (long?)BinaryPrimitives.ReadInt64BigEndian(f)),
        "integer" => Values(column, starts, f => (int?)BinaryPrimitives.ReadInt32BigEndian(f)),
        "smallint" => Values(column, starts, f => (short?)BinaryPrimitives.ReadInt16BigEndian(f)),
        "timestamptz" => Values(column, starts, f => (DateTime?)Rows.Timestamp(BinaryPrimitives.ReadInt64BigEndian(f) + Epoch)),
        "date" => Values(column, starts, f => (DateOnly?)DateOnly.FromDayNumber(BinaryPrimitives.ReadInt32BigEndian(f) + FirstDay)),
        "uuid" => Values(column, starts, f => (Guid?)new Guid(f, bigEndian: true)),
        "bytea" => Values(column, starts, f => f.ToArray()),
        "text" => Values(column, starts, Encoding.UTF8.GetString),
        "jsonb" => Values(column, starts, f => Encoding.UTF8.GetString(f[1..])),
        "numeric" => Values(column, starts, Numeric),
        "integer[]" => Values(column, starts, f => List(f, 4, e => BinaryPrimitives.ReadInt32BigEndian(e))),
        "bigint[]" => Values(column, starts, f => List(f, 8, BinaryPrimitives.ReadInt64BigEndian)),
        var type => throw new InvalidOperationException($"No array is made of {type}."),
    };

    private delegate T Reading<out T>(ReadOnlySpan<byte> field);

    private NpgsqlParameter<T?[]> Values<T>(int column, int[] starts, Reading<T> read)
    {
        var values = new T?[Count];
        for (var row = 0; row < values.Length; row++)
        {
            var start = starts[(row * columns.Length) + column];
            var size = BinaryPrimitives.ReadInt32BigEndian(buffer.AsSpan(start));
            values[row] = size < 0 ? default : read(buffer.AsSpan(start + 4, size));
        }

        return new NpgsqlParameter<T?[]> { TypedValue = values, DataTypeName = (IsText(columns[column].Type) ? "text" : columns[column].Type) + "[]" };
    }

    private static string List(ReadOnlySpan<byte> field, int size, Reading<long> read)
    {
        var list = new StringBuilder("{");
        for (var at = 20; at < field.Length; at += 4 + size)
        {
            list.Append(list.Length > 1 ? "," : "").Append(read(field.Slice(at + 4, size)));
        }

        return list.Append('}').ToString();
    }

    private static string Numeric(ReadOnlySpan<byte> field)
    {
        var value = 0m;
        var weight = BinaryPrimitives.ReadInt16BigEndian(field[2..]);
        for (var at = 8; at < field.Length; at += 2, weight--)
        {
            decimal digit = BinaryPrimitives.ReadInt16BigEndian(field[at..]);
            for (var i = 0; i < Math.Abs(weight); i++)
            {
                digit = weight > 0 ? digit * NumericBase : digit / NumericBase;
            }

            value += digit;
        }

        var places = BinaryPrimitives.ReadInt16BigEndian(field[6..]);
        return (BinaryPrimitives.ReadInt16BigEndian(field[4..]) == 0 ? value : -value).ToString("F" + places.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
    }

    private Span<byte> Take(int count)
    {
        if (length + count > buffer.Length)
        {
            var larger = ArrayPool<byte>.Shared.Rent(Math.Max(buffer.Length * 2, length + count));
            buffer.AsSpan(0, length).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(buffer);
            buffer = larger;
        }

        var span = buffer.AsSpan(length, count);
        length += count;
        return span;
    }
}
