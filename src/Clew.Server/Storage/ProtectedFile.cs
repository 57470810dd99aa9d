using System.Text;

namespace Clew.Server.Storage;

/// <summary>A file with a secret: only its owner may read it, and it is written whole or not at all.</summary>
public static class ProtectedFile
{
    /// <summary>The rights of such a file.</summary>
    public const UnixFileMode Ours = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>What is in it; nothing where there is none.</summary>
    /// <exception cref="StorageException">Others may read it.</exception>
    public static string? Read(string path)
    {
        if (!File.Exists(path))
        {
            return null;
        }

        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & ~Ours) != 0)
        {
            throw new StorageException($"Others may read or change {path}. Take that from them: chmod 600 {path}");
        }

        return File.ReadAllText(path);
    }

    /// <summary>Puts it down; on disk when this returns.</summary>
    public static void Write(string path, string text)
    {
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = Ours;
        }

        using (var stream = new FileStream(path + ".new", options))
        {
            stream.Write(Encoding.UTF8.GetBytes(text));
            stream.Flush(flushToDisk: true);
        }

        File.Move(path + ".new", path, overwrite: true);
    }
}
