namespace Clew.Tests;

/// <summary>Files of public standards that may lie beside the checkout; tests that read them are skipped where they do not.</summary>
public static class ReferenceData
{
    /// <summary>The folder <c>shared/data</c> beside the checkout, or nothing.</summary>
    public static string? Folder { get; } = Find();

    /// <summary>The files in this folder, or the test is skipped.</summary>
    public static string[] Files(string folder, string pattern = "*", bool deep = false)
    {
        Assert.SkipWhen(Folder is null, "The reference data do not lie beside the checkout.");
        return Directory.GetFiles(Path.Combine(Folder!, folder), pattern, deep ? SearchOption.AllDirectories : SearchOption.TopDirectoryOnly);
    }

    private static string? Find()
    {
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            var found = Path.Combine(at.FullName, "shared", "data");
            if (Directory.Exists(found))
            {
                return found;
            }
        }

        return null;
    }
}
