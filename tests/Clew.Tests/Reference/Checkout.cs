namespace Clew.Tests.Reference;

/// <summary>The folder of the source, found upward from the build folder.</summary>
public static class Checkout
{
    /// <summary>The folder that holds Clew.slnx.</summary>
    public static string Root { get; } = Find();

    /// <summary>A file or folder of it, by its path with slashes.</summary>
    public static string Path(string path) => System.IO.Path.Combine(Root, path);

    /// <summary>Files below a folder, by their paths with slashes; what was built is no part of it.</summary>
    public static IEnumerable<string> Files(string folder, string pattern) => Directory.EnumerateFiles(Path(folder), pattern, SearchOption.AllDirectories)
        .Select(f => System.IO.Path.GetRelativePath(Root, f).Replace('\\', '/'))
        .Where(f => !f.StartsWith("artifacts/", StringComparison.Ordinal) && !f.Contains("/obj/", StringComparison.Ordinal) && !f.Contains("/bin/", StringComparison.Ordinal));

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(System.IO.Path.Combine(folder.FullName, "Clew.slnx")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException("Clew.slnx is nowhere above the build folder.");
    }
}
