// DataInputStream and DataOutputStream: an int in, a word with its length out.
import java.io.*;
import java.net.*;

public class Data {
    static final java.util.Random RANDOM = new java.util.Random(2026);

    public static void main(String[] args) throws IOException {
        ServerSocket server = new ServerSocket(Integer.parseInt(args[0]), 5, InetAddress.getLoopbackAddress());
        System.out.println("ready " + server.getLocalPort());
        while (true) {
            try (Socket client = server.accept()) {
                DataInputStream in = new DataInputStream(client.getInputStream());
                DataOutputStream out = new DataOutputStream(client.getOutputStream());
                int number = RANDOM.nextInt(100) + 1, guess;
                do {
                    guess = in.readInt();
                    out.writeUTF(guess < number ? "Higher" : guess > number ? "Lower" : "Correct");
                } while (guess != number);
            } catch (IOException e) {
                System.err.println(e);
            }
        }
    }
}
