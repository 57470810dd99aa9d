using System.Buffers.Binary;
using System.Text;
using Clew.Ledger;
using Npgsql;

namespace Clew.Server.Ledger;

/// <summary>
/// Rows in the binary form of PostgreSQL's COPY, put together in one buffer and sent in one piece.
/// </summary>
/// <remarks>
/// Npgsql's importer resolves a converter for every value; a batch of ours has a hundred thousand values of seven types, and
/// that was half of the writer's time. The form is fixed by PostgreSQL's manual (COPY, Binary Format) and has not changed since 7.4.
/// </remarks>
internal sealed class CopyRows
{
    // Between PostgreSQL's beginning of time, 2000, and that of Unix.
    private const long Epoch = 946_684_800_000_000;

    private static readonly byte[] Header = [.. "PGCOPY\n"u8, 0xFF, 0x0D, 0x0A, 0, 0, 0, 0, 0, 0, 0, 0, 0];
    private static readonly int FirstDay = new DateOnly(2000, 1, 1).DayNumber;

    private readonly string statement;
    private readonly short columns;
    private byte[] buffer = new byte[16 * 1024];
    private int length;

    /// <summary>Begins.</summary>
    /// <param name="table">Whose columns these are.</param>
    /// <param name="columns">Names, in the order in which their values are given.</param>
    public CopyRows(string table, params string[] columns)
    {
        statement = $"copy {table} ({string.Join(", ", columns)}) from stdin (format binary)";
        this.columns = (short)columns.Length;
        Header.CopyTo(buffer, 0);
        length = Header.Length;
    }

    /// <summary>The next row; its values follow.</summary>
    public CopyRows Row()
    {
        BinaryPrimitives.WriteInt16BigEndian(Take(2), columns);
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

    /// <summary>A timestamptz and its tie, in two columns.</summary>
    public CopyRows Sequence(Sequence at) => Time(at.Happened).Long(at.Tie);

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

    /// <summary>Sends all rows.</summary>
    public void Send(NpgsqlConnection connection)
    {
        BinaryPrimitives.WriteInt16BigEndian(Take(2), -1);
        using var stream = connection.BeginRawBinaryCopy(statement);
        stream.Write(buffer, 0, length);
    }

    private Span<byte> Take(int count)
    {
        if (length + count > buffer.Length)
        {
            Array.Resize(ref buffer, Math.Max(buffer.Length * 2, length + count));
        }

        var span = buffer.AsSpan(length, count);
        length += count;
        return span;
    }
}
