namespace StandIns.OrleansRuntime.Wire;

/// <summary>The members that one class of an inheritance chain declares, each with its number.</summary>
internal sealed class MemberLevel<TOwner>(Member<TOwner>[] members)
{
    private readonly Dictionary<uint, Member<TOwner>> _byKey = members.ToDictionary(member => member.Key);

    public void Write(WireWriter writer, ref TOwner owner)
    {
        foreach (Member<TOwner> member in members)
        {
            // Keys start at 2, so that 0 can end the level.
            writer.Var(member.Key + 2);
            if ((member.Key & 1) == 0)
            {
                member.Write(writer, ref owner);
            }
            else
            {
                int start = writer.BeginLength();
                member.Write(writer, ref owner);
                writer.EndLength(start);
            }
        }

        writer.Byte(0);
    }

    /// <summary>Reads members until the end of the level; numbers that this version does not know are passed over.</summary>
    public void Read(WireReader reader, ref TOwner owner)
    {
        int expected = 0;
        while (true)
        {
            ulong header = reader.Var();
            if (header == 0)
            {
                return;
            }

            uint key = checked((uint)(header - 2));
            Member<TOwner>? member = expected < members.Length && members[expected].Key == key ? members[expected] : _byKey.GetValueOrDefault(key);
            expected++;
            if ((key & 1) == 0)
            {
                if (member is null)
                {
                    reader.Var();
                }
                else
                {
                    member.Read(reader, ref owner);
                }

                continue;
            }

            int length = reader.FixedLength();
            if (length > reader.Remaining)
            {
                throw new InvalidOperationException("Insufficient data present in buffer.");
            }

            if (member is null)
            {
                reader.Take(length);
            }
            else
            {
                member.Read(reader, ref owner);
            }
        }
    }
}
