using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Clew.Proof;
using Org.BouncyCastle.X509;

namespace Clew.Verify;

/// <summary>
/// Checks a pack from the top down: the signature holds the root, the root holds the tiles, each tile those below, the lowest the
/// entries, and entries the files that they name. So what differs is named, and not only that something does.
/// </summary>
/// <remarks>Read once from the beginning to the end; what is held is one tile in 256 and the names of files.</remarks>
public sealed class PackCheck : IDisposable
{
    private const int NoteMax = SignedNote.LengthMax;

    // A token with its chain of certificates.
    private const int TokenMax = 64 << 10;

    // A line names a file a few hundred bytes long at most: as many as a pack of the largest recall has.
    private const int ManifestMax = 64 << 20;

    // Two entries of the longest sort.
    private const int BufferLength = 1 << 18;

    private readonly Source source;
    private readonly IReadOnlyList<NoteKey> given;
    private readonly IReadOnlyList<NoteKey> witnesses;
    private readonly IReadOnlyList<X509Certificate> authorities;
    private readonly TreeHasher hasher = new();
    private readonly Report report = new();
    private readonly Tiles tiles = new();
    private readonly Dictionary<Tile, int> widths = [];
    private readonly HashSet<Digest> named = [];
    private readonly List<(string Name, string Sha256)> listed = [];
    private List<NoteKey> trusted = [];
    private long? promised;
    private long size;

    /// <summary>A check of this pack.</summary>
    /// <param name="given">Keys of the ledger that whoever asks trusts.</param>
    /// <param name="witnesses">Keys of witnesses all of which must have co-signed.</param>
    /// <param name="authorities">Certificates of authorities of time one of which must have stamped it; nothing when it need not be stamped.</param>
    public PackCheck(Source source, IReadOnlyList<NoteKey> given, IReadOnlyList<NoteKey> witnesses, IReadOnlyList<X509Certificate>? authorities = null)
    {
        (this.source, this.given, this.witnesses, this.authorities) = (source, given, witnesses, authorities ?? []);
    }

    /// <summary>Checks it.</summary>
    public Report Run()
    {
        try
        {
            if (Signatures() is { } origin)
            {
                UpperTiles();
                var isListed = Manifest(origin);
                Entries();
                if (isListed)
                {
                    KeptFiles();
                }
            }
        }
        catch (InvalidDataException e)
        {
            // A zip archive that does not unpack.
            report.Add("", null, null, e.Message, "压缩包无法解压：" + e.Message);
        }

        return report;
    }

    /// <inheritdoc/>
    public void Dispose() => hasher.Dispose();

    private string? Signatures()
    {
        if (Note(Pack.Checkpoint) is not { } note)
        {
            return null;
        }

        if (!Checkpoint.Read(note.Text).TryGet(out var checkpoint))
        {
            report.Add(Pack.Checkpoint, null, 0, "This is no checkpoint.", "这不是检查点。");
            return null;
        }

        (report.Origin, report.Size, size) = (checkpoint.Origin, checkpoint.Size, checkpoint.Size);
        var declared = source.Names.Where(n => n.StartsWith(Pack.Keys, StringComparison.Ordinal)).Order(StringComparer.Ordinal).Select(Note).OfType<SignedNote>().ToList();
        var own = declared.Select(d => KeyDeclaration.Read(d.Text)?.Key).OfType<NoteKey>().ToList();
        report.IsAnchored = given.Count > 0;
        trusted = KeyDeclaration.Follow(given.Count > 0 ? given : own.Take(1), declared, Ed25519.Verify);
        var signers = trusted.Where(k => k.Name == checkpoint.Origin && note.By(k, Ed25519.Verify) == Signed.Truly).ToList();
        report.Key = signers.FirstOrDefault()?.ToString();
        if (signers.Count == 0)
        {
            report.Add(Pack.Checkpoint, null, null, "No key that is trusted signed the checkpoint, or its text was altered.", "检查点未由受信任的密钥签名，或其内容已被改动。");
        }

        foreach (var witness in witnesses)
        {
            if (note.CosignedAt(witness, Ed25519.Verify) is { } at)
            {
                report.Witnesses.Add(new Cosigned(witness.Name, DateTimeOffset.FromUnixTimeSeconds(at)));
            }
            else
            {
                report.Add(Pack.Checkpoint, null, null, $"The witness {witness.Name} did not co-sign it.", $"见证方 {witness.Name} 未会签。");
            }
        }

        Stamp(note.Text);

        // The upper tiles are read here, for the root is the first that they must give.
        foreach (var name in source.Names.Where(n => n.StartsWith(Pack.Tiles, StringComparison.Ordinal)))
        {
            if (!Tile.TryRead(name[Pack.Tiles.Length..], out var tile, out var width) || tile.WidthIn(size) != width)
            {
                report.Add(name, null, null, "No tree of this size has such a tile.", "该大小的树没有这样的分片。");
                continue;
            }

            widths[tile] = width;
            if (tile.Level > 0 || width < Tile.Width)
            {
                tiles.Add(tile, Nodes(tile, width));
            }
        }

        var whole = new Subtree(0, size);
        foreach (var needed in Tiles.NeededFor(whole).Where(t => t.Level == 0 && widths.ContainsKey(t)))
        {
            tiles.Add(needed, Nodes(needed, widths[needed]));
        }

        if (tiles.Hash(whole, hasher) != checkpoint.Root)
        {
            report.Add(Pack.Tiles, null, null, "The tiles at the edge of the tree do not give the root that was signed.", "树边缘的分片得不到已签名的根哈希。");
        }

        return checkpoint.Origin;
    }

    private void Stamp(string text)
    {
        if (source.Read(Pack.Timestamp, TokenMax) is not { } token)
        {
            if (authorities.Count > 0 || source.Names.Contains(Pack.Timestamp))
            {
                report.Add(Pack.Timestamp, null, null, "No authority of time stamped the checkpoint.", "检查点没有时间戳。");
            }

            return;
        }

        var (stamped, why) = Timestamp.Check(token, text, authorities);
        report.Stamped = stamped;
        if (stamped is null)
        {
            report.Add(Pack.Timestamp, null, null, "The timestamp does not hold: " + why, "时间戳无效：" + why);
        }
        else if (authorities.Count > 0 && !stamped.IsTrusted)
        {
            report.Add(Pack.Timestamp, null, null, $"The timestamp is by {stamped.By}, whose certificate was not given.", $"时间戳由 {stamped.By} 出具，其证书不在指定之列。");
        }
    }

    // Each full tile above the leaves is a node of the level above it.
    private void UpperTiles()
    {
        foreach (var (tile, width) in widths.Where(t => t.Key.Level > 0 && t.Value == Tile.Width))
        {
            if (!IsAsAbove(tile))
            {
                report.Add(Pack.Tiles + tile.Path(width), null, null, "The tile is not the one that the tree has there.", "该分片与树中的内容不符。");
            }
        }
    }

    private bool IsAsAbove(Tile tile)
    {
        var leaves = Tile.Leaves(tile.Level + 1);
        return tiles.Hash(new Subtree(tile.Number * leaves, (tile.Number + 1) * leaves), hasher) is { } above && Folded(tile) == above;
    }

    private Digest? Folded(Tile tile)
    {
        Span<Digest> nodes = new Digest[Tile.Width];
        for (var i = 0; i < Tile.Width; i++)
        {
            if (tiles.Node(tile.Level, tile.First + i) is not { } node)
            {
                return null;
            }

            nodes[i] = node;
        }

        return hasher.Fold(nodes);
    }

    private bool Manifest(string origin)
    {
        var bytes = source.Read(Pack.Manifest, ManifestMax);
        if (bytes is null || Note(Pack.Signature) is not { } note)
        {
            report.Add(Pack.Manifest, null, null, "The manifest or its signature is missing.", "缺少清单或其签名。");
            return false;
        }

        var text = Pack.SignatureText(origin, SHA256.HashData(bytes));
        if (note.Text != text || !trusted.Exists(k => k.Name == origin && note.By(k, Ed25519.Verify) == Signed.Truly))
        {
            report.Add(Pack.Manifest, null, null, "The manifest is not the one that was signed.", "清单与签名时不符。");
        }

        try
        {
            using var manifest = JsonDocument.Parse(bytes);
            report.Subject = manifest.RootElement.GetProperty("subject").GetString()!;
            promised = manifest.RootElement.GetProperty("entries").GetInt64();
            foreach (var file in manifest.RootElement.GetProperty("files").EnumerateArray())
            {
                listed.Add((file.GetProperty("name").GetString()!, file.GetProperty("sha256").GetString()!));
            }
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            report.Add(Pack.Manifest, null, null, "The manifest does not read: " + e.Message, "清单无法读取：" + e.Message);
            return false;
        }

        var known = listed.Select(f => f.Name).Append(Pack.Manifest).Append(Pack.Signature).ToHashSet(StringComparer.Ordinal);
        foreach (var name in source.Names.Where(n => !n.StartsWith(Pack.Tiles, StringComparison.Ordinal) && !n.EndsWith('/') && !known.Contains(n)))
        {
            report.Add(name, null, null, "The manifest does not know this file.", "清单中没有此文件。");
        }

        return true;
    }

    private void Entries()
    {
        using var stream = source.Open(Pack.Entries);
        if (stream is null)
        {
            report.Add(Pack.Entries, null, null, "The file is missing.", "文件缺失。");
            return;
        }

        var buffer = new byte[BufferLength];
        var (count, offset, before, isOver) = (0, 0L, -1L, false);
        Tile? at = null;
        while (!isOver)
        {
            var read = stream.ReadAtLeast(buffer.AsSpan(count), 1, throwOnEndOfStream: false);
            isOver = read == 0;
            count += read;
            var rest = buffer.AsSpan(0, count);
            while (rest.IndexOf((byte)'\n') is var end and >= 0)
            {
                Entry(rest[..end], offset, ref before, ref at);
                rest = rest[(end + 1)..];
                offset += end + 1;
            }

            if (rest.Length == buffer.Length || (isOver && rest.Length > 0))
            {
                report.Add(Pack.Entries, null, offset, "The line has no end.", "该行没有结尾。");
                return;
            }

            rest.CopyTo(buffer);
            count = rest.Length;
        }

        if (promised is { } entries && entries != report.Entries)
        {
            report.Add(Pack.Entries, null, offset, $"{entries} entries were packed, and {report.Entries} are there.", $"打包时有 {entries} 条记录，现有 {report.Entries} 条。");
        }
    }

    private void Entry(ReadOnlySpan<byte> line, long offset, ref long before, ref Tile? at)
    {
        report.Entries++;
        if (!Pack.TryRead(line, out var position, out var entry) || position >= size)
        {
            report.Add(Pack.Entries, null, offset, "The line holds no entry of this ledger.", "该行不是此账本的记录。");
            return;
        }

        report.Bytes += entry.Length;
        if (position <= before)
        {
            report.Add(Pack.Entries, position, offset, $"The entry {position} stands behind {before}.", $"记录 {position} 排在 {before} 之后。");
        }

        before = position;
        var tile = new Tile(0, position / Tile.Width);
        if (at != tile)
        {
            Enter(tile, at);
            at = tile;
        }

        // A tile that is not right holds nothing: its own difference is said already.
        if (tiles.Node(0, position) is { } leaf && hasher.Leaf(entry) != leaf)
        {
            report.Add(Pack.Entries, position, offset, $"The entry {position} is not what was recorded: its bytes have another hash.", $"记录 {position} 与写入时不同：其字节的哈希值不一致。");
        }

        Named(entry);
    }

    // One tile of leaves at a time, besides those at the edge.
    private void Enter(Tile tile, Tile? left)
    {
        if (left is { } gone && widths.GetValueOrDefault(gone) == Tile.Width)
        {
            tiles.Add(gone, default);
        }

        var name = Pack.Tiles + tile.Path(tile.WidthIn(size));
        if (!widths.TryGetValue(tile, out var width))
        {
            report.Add(name, null, null, "The tile is missing: its entries are not proven.", "分片缺失：其中的记录无法证明。");
        }
        else if (width == Tile.Width)
        {
            tiles.Add(tile, Nodes(tile, width));
            if (!IsAsAbove(tile))
            {
                tiles.Add(tile, default);
                report.Add(name, tile.First, null, $"The tile of the entries {tile.First} to {tile.First + Tile.Width - 1} is not the one that the tree has there.", $"记录 {tile.First} 至 {tile.First + Tile.Width - 1} 的分片与树中的内容不符。");
            }
        }
    }

    // Whatever an entry names by SHA-256: evidence, certificates, lists. No JSON is read for it, for that would take most of the time.
    private void Named(ReadOnlySpan<byte> entry)
    {
        var member = "\"sha256\":\""u8;
        Span<byte> hash = stackalloc byte[Digest.Length];
        for (var at = entry.IndexOf(member); at >= 0; at = entry.IndexOf(member))
        {
            entry = entry[(at + member.Length)..];
            if (entry.Length >= 64 && Convert.FromHexString(entry[..64], hash, out _, out _) == System.Buffers.OperationStatus.Done)
            {
                named.Add(new Digest(hash));
            }
        }
    }

    private void KeptFiles()
    {
        var buffer = new byte[1 << 16];
        foreach (var (name, expected) in listed)
        {
            using var stream = source.Open(name);
            if (stream is null)
            {
                report.Add(name, null, null, "The file is missing.", "文件缺失。");
                continue;
            }

            using var sha256 = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            for (var read = stream.Read(buffer); read > 0; read = stream.Read(buffer))
            {
                sha256.AppendData(buffer, 0, read);
            }

            var found = sha256.GetHashAndReset();
            report.Files++;
            if (Convert.ToHexStringLower(found) != expected)
            {
                report.Add(name, null, null, "The file is not what it was: its bytes have another hash.", "文件与原来不同：其字节的哈希值不一致。");
            }

            var folder = name.StartsWith(Pack.Files, StringComparison.Ordinal) ? Pack.Files : name.StartsWith(Pack.Lists, StringComparison.Ordinal) ? Pack.Lists : null;
            if (folder is not null && (name != folder + expected || !named.Remove(new Digest(found))))
            {
                report.Add(name, null, null, "No entry of the pack names this file.", "包内没有记录引用此文件。");
            }
        }

        report.NotIncluded = named.Count;
    }

    private byte[] Nodes(Tile tile, int width)
    {
        var name = Pack.Tiles + tile.Path(width);
        if (source.Read(name, Tile.Width * Digest.Length) is { } nodes && nodes.Length == width * Digest.Length)
        {
            return nodes;
        }

        report.Add(name, null, null, $"The tile is not {width * Digest.Length} bytes long.", $"分片长度不是 {width * Digest.Length} 字节。");
        return [];
    }

    private SignedNote? Note(string name)
    {
        if (source.Read(name, NoteMax) is { } bytes && SignedNote.Read(Encoding.UTF8.GetString(bytes)).TryGet(out var note))
        {
            return note;
        }

        report.Add(name, null, source.Names.Contains(name) ? 0 : null, source.Names.Contains(name) ? "This is no signed note." : "The file is missing.", source.Names.Contains(name) ? "这不是签名文本。" : "文件缺失。");
        return null;
    }
}
