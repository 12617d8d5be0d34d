using System.Text;
using System.Text.Json.Nodes;
using Tachyon.Testing;

namespace Tachyon.Protocol.Tests.Vectors;

/// <summary>Where the vectors lie and how they are written: one flat object per line, so that a change reads well.</summary>
internal static class VectorFile
{
    internal const string Protocol = "protocol-v1.json";
    internal const string Wire = "wire-v1.json";
    internal const string Gateway = "gateway-v1.txt";

    private const string RewriteVariable = "TACHYON_WRITE_VECTORS";

    /// <summary>Fails where the committed file holds something else; with the variable set, writes it first.</summary>
    /// <param name="name">The file's name under vectors/.</param>
    /// <param name="text">What this build writes.</param>
    /// <param name="meaning">What a difference means, and what to do if it is meant.</param>
    internal static void AssertIsAsCommitted(string name, string text, string meaning)
    {
        if (Environment.GetEnvironmentVariable(RewriteVariable) == "1")
        {
            File.WriteAllText(PathOf(name), text);
        }

        string[] committed = File.Exists(PathOf(name)) ? File.ReadAllText(PathOf(name)).Split('\n') : [];
        string[] now = text.Split('\n');
        if (now.SequenceEqual(committed))
        {
            return;
        }

        int line = now.Zip(committed).TakeWhile(pair => pair.First == pair.Second).Count();
        Assert.Fail(
            $"vectors/{name} is not what this build writes, from line {line + 1} on. {meaning}\n"
            + $"  committed: {committed.ElementAtOrDefault(line)}\n"
            + $"  this build: {now.ElementAtOrDefault(line)}\n"
            + "If it is meant, rewrite the vectors with\n"
            + $"    {RewriteVariable}=1 dotnet test tests/Tachyon.Protocol.Tests --filter AsCommitted");
    }

    internal static JsonNode Read(string name) => JsonNode.Parse(File.ReadAllText(PathOf(name)))!;

    internal static string PathOf(string name) => RepositoryRoot.Combine("vectors", name);

    internal static string Format(JsonObject file)
    {
        var text = new StringBuilder("{\n");
        foreach ((int i, KeyValuePair<string, JsonNode?> member) in file.Index())
        {
            text.Append($"  \"{member.Key}\": ");
            if (member.Value is JsonArray array)
            {
                text.Append("[\n    ").AppendJoin(",\n    ", array.Select(item => item!.ToJsonString())).Append("\n  ]");
            }
            else
            {
                text.Append(member.Value!.ToJsonString());
            }

            text.Append(i + 1 < file.Count ? ",\n" : "\n");
        }

        return text.Append("}\n").ToString();
    }
}
