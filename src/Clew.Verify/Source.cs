using System.IO.Compression;

namespace Clew.Verify;

/// <summary>Where a pack lies: its files by their names, with slashes between folders.</summary>
public abstract class Source : IDisposable
{
    /// <summary>All names.</summary>
    public abstract IReadOnlyCollection<string> Names { get; }

    /// <summary>A file's bytes; nothing when it is not there.</summary>
    public abstract Stream? Open(string name);

    /// <summary>Opens a zip archive or a folder.</summary>
    public static Source At(string path) => Directory.Exists(path) ? new InFolder(Path.GetFullPath(path)) : new InArchive(path);

    /// <summary>A short file whole; nothing when it is not there or longer than this.</summary>
    public byte[]? Read(string name, int lengthMax)
    {
        using var stream = Open(name);
        if (stream is null)
        {
            return null;
        }

        var bytes = new byte[lengthMax + 1];
        var count = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        return count > lengthMax ? null : bytes[..count];
    }

    /// <inheritdoc/>
    public abstract void Dispose();

    private sealed class InArchive : Source
    {
        private readonly ZipArchive archive;
        private readonly Dictionary<string, ZipArchiveEntry> entries = new(StringComparer.Ordinal);

        public InArchive(string path)
        {
            archive = ZipFile.OpenRead(path);
            foreach (var entry in archive.Entries)
            {
                // Two files of one name: one is checked and another is read.
                if (!entries.TryAdd(entry.FullName, entry))
                {
                    throw new InvalidDataException($"The archive holds two files called '{entry.FullName}'.");
                }
            }
        }

        public override IReadOnlyCollection<string> Names => entries.Keys;

        public override Stream? Open(string name) => entries.TryGetValue(name, out var entry) ? entry.Open() : null;

        public override void Dispose() => archive.Dispose();
    }

    private sealed class InFolder(string folder) : Source
    {
        private readonly HashSet<string> names =
            [.. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(folder, f).Replace(Path.DirectorySeparatorChar, '/'))];

        public override IReadOnlyCollection<string> Names => names;

        public override Stream? Open(string name) => names.Contains(name) ? File.OpenRead(Path.Combine(folder, name)) : null;

        public override void Dispose()
        {
        }
    }
}
